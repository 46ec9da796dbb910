package registry

// Patience is for tests to shorten.
var Patience = &patience
