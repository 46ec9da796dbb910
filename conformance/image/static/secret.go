package static

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	// secretText matches what is a secret wherever it stands: keys and tokens in the
	// forms of those who issue them.
	secretText = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----` +
		`|\b(AKIA|ASIA)[0-9A-Z]{16}\b` + // AWS
		`|\bgh[pousr]_[0-9A-Za-z]{36}|\bgithub_pat_[0-9A-Za-z_]{60}` +
		`|\bglpat-[0-9A-Za-z_-]{20}|\bxox[abprs]-[0-9A-Za-z-]{10}|\bAIza[0-9A-Za-z_-]{35}\b` + // GitLab, Slack, Google
		`|\bnpm_[0-9A-Za-z]{36}\b|\bpypi-AgEIcHlwaS5vcmc|\bdckr_pat_[0-9A-Za-z_-]{20}|\bhf_[0-9A-Za-z]{30}` +
		`|\b[sr]k_live_[0-9A-Za-z]{20}|\bAGE-SECRET-KEY-1[0-9A-Z]{50}` +
		`|\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}`) // a JSON web token

	// secretURL matches a password in a URL, with a user or without.
	secretURL = regexp.MustCompile(`://[^/\s:@]*:[^/\s@]+@`)

	// secretOption matches the option of a command that has a secret as its value.
	secretOption = regexp.MustCompile(`^--?([a-zA-Z][\w.-]*)=(.+)$`)

	// secretPath matches the value of a variable that names a file.
	secretPath = regexp.MustCompile(`^(/(run|etc|var|vault|mnt|opt|home|root|tmp|secrets?|proc|dev|usr)/|file://|\./|~/)`)
)

// secretWords are words of a name whose value is a secret. The first ones are part of
// words as well, as in PGPASSWORD.
var (
	secretEndings = []string{"password", "passwd", "passphrase", "apikey", "secretkey", "privatekey", "accesskey", "secret", "token"}
	secretWords   = []string{"pass", "pwd", "credential", "credentials", "auth", "authorization", "sshpass", "passcode", "pat"}

	// keyWords come before the word key where that is a secret.
	keyWords = []string{"api", "access", "private", "secret", "encryption", "signing", "master", "ssh", "deploy", "account", "storage", "session", "rsa"}

	// describingWords end names whose value is about a secret and is none.
	describingWords = []string{
		"file", "files", "path", "dir", "directory", "version", "ttl", "lifetime", "expiry", "expires", "expiration", "timeout", "duration", "age",
		"length", "size", "type", "name", "id", "url", "uri", "host", "port", "endpoint", "issuer", "audience", "algorithm", "alg", "method", "mode", "format", "policy",
		"header", "prefix", "enabled", "disabled", "required", "min", "max", "count", "limit", "rounds", "cost", "provider", "backend", "sock", "socket", "user", "username",
		"service", "store", "class", "realm", "scope", "scopes", "hint", "command", "cmd", "ref", "digest", "env", "plugin",
	}

	// plainValues are no secret under any name.
	plainValues = []string{"", "true", "false", "yes", "no", "on", "off", "none", "null", "0", "1", "enabled", "disabled", "optional", "required"}
)

// isSecret judges a variable by its name and its value. Values are never reported.
func isSecret(name, value string) bool {
	if secretText.MatchString(value) || secretURL.MatchString(value) {
		return true
	}
	if slices.Contains(plainValues, strings.ToLower(value)) || secretPath.MatchString(value) {
		return false
	}
	words := wordsOf(name)
	if len(words) == 0 || slices.Contains(describingWords, words[len(words)-1]) {
		return false
	}
	if all := strings.Join(words, "_"); all == "pwd" || all == "oldpwd" || all == "old_pwd" {
		return false // the working directory, see environ(7)
	}
	for i, word := range words {
		if slices.Contains(secretWords, word) || slices.ContainsFunc(secretEndings, func(ending string) bool { return strings.HasSuffix(word, ending) }) {
			return true
		}
		if word == "key" && i > 0 && slices.Contains(keyWords, words[i-1]) {
			return true
		}
	}
	return false
}

// wordsOf splits DB_PASSWORD, db.password and dbPassword alike.
func wordsOf(name string) []string {
	var split strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && unicode.IsLower(runes[i-1]) {
			split.WriteRune('_')
		}
		split.WriteRune(unicode.ToLower(r))
	}
	return strings.FieldsFunc(split.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
