package main

// version is what -v prints. Package freestanding overlays this file: a variable
// set by the linker would need a writable segment.
const version = "(devel)"
