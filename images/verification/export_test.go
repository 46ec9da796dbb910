package verification

// The parsers of what others write are fuzzed.
var (
	ParseIndex    = parseIndex
	ParseArtifact = parseArtifact
)
