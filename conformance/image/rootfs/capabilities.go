package rootfs

import (
	"archive/tar"
	"encoding/binary"
	"fmt"
)

const (
	capabilityName = "security.capability"

	// attributePrefix is what tar writers, since star(1), put before the name of an attribute.
	attributePrefix = "SCHILY.xattr."

	capabilityRecord = attributePrefix + capabilityName
)

// capabilitySizes are those of each revision that Linux takes, in bytes (security/commoncap.c, validheader).
var capabilitySizes = map[uint32]int{0x02000000: 20, 0x03000000: 24}

// capabilitiesOf returns the file capabilities of an entry, or nil where it has none. Engines refuse a
// layer whose attribute Linux does not take.
func capabilitiesOf(header *tar.Header) ([]byte, error) {
	value := []byte(header.PAXRecords[capabilityRecord])
	if len(value) == 0 {
		return nil, nil
	}
	const revision = 0xff000000
	if len(value) < 4 || capabilitySizes[binary.LittleEndian.Uint32(value)&revision] != len(value) {
		return nil, fmt.Errorf("entry %q has an attribute %s of %d bytes that Linux does not take", header.Name, capabilityName, len(value))
	}
	return value, nil
}
