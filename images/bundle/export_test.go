package bundle

// Parse reads a build in which the content of one file is another.
func Parse(built *Bundle, name string, content []byte) (*Publication, error) {
	all, err := built.files()
	if err != nil {
		return nil, err
	}
	if name == checksums {
		if _, err := parseChecksums(content); err != nil {
			return nil, err
		}
	}
	all[name] = content
	return all.publication()
}
