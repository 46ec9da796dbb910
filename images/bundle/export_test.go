package bundle

import "maps"

// Parser returns a function that reads a build in which the content of one file is
// another.
func Parser(result *Bundle) (func(name string, content []byte) (*Publication, error), error) {
	all, err := result.files()
	return func(name string, content []byte) (*Publication, error) {
		if name == checksums {
			if _, err := parseChecksums(content); err != nil {
				return nil, err
			}
		}
		changed := maps.Clone(all)
		changed[name] = content
		return changed.publication()
	}, err
}
