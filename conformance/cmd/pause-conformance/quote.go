package main

import (
	"os"
	"regexp"
	"strings"
)

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// commandLine returns what a shell reads as the arguments, with the variable that the
// choice of an engine depends on.
func commandLine(arguments []string) string {
	var words []string
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		words = []string{"DOCKER_HOST=" + quote(host)}
	}
	for _, argument := range arguments {
		words = append(words, quote(argument))
	}
	return strings.Join(words, " ")
}

// quote returns a word as a shell reads it.
func quote(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
