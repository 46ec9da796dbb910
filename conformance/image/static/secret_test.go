package static

import "testing"

// spelled keeps the tests themselves from looking like a leak.
func spelled(parts ...string) (text string) {
	for _, part := range parts {
		text += part
	}
	return text
}

func TestSecretsByNameAndByValue(t *testing.T) {
	for name, value := range map[string]string{
		"DB_PASSWORD": "x", "MYSQL_PWD": "hunter2", "PGPASSWORD": "hunter2", "AWS_SESSION_TOKEN": "abc", "apiKey": "abc", "REDISCLI_AUTH": "abc",
		"db.password": "x", "registry-passwd": "x", "clientSecret": "x", "SSHPASS": "x", "GITHUBTOKEN": "x", "SIGNING_KEY": "x", "AUTHORIZATION": "Basic x",
		"PASSPHRASE": "12345", "OS_PASSWORD_ADMIN": "x", "DB_PASS": "x",
		"REDIS_URL": "redis://:hunter2@db:6379", "URL": "https://me:word@example.org", "HARMLESS": spelled("gh", "p_", "0123456789abcdefghijklmnopqrstuvwxyz"),
		"ID": spelled("AK", "IA", "0123456789ABCDEF"), "CERT": spelled("-----BEGIN RSA ", "PRIVATE KEY-----"),
		"COOKIE": spelled("eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0In0.", "c2lnbmF0dXJlLW9mLWl0"),
	} {
		if !isSecret(name, value) {
			t.Errorf("%s=%s is not taken for a secret", name, value)
		}
	}
}

func TestWhatIsAboutASecretIsNone(t *testing.T) {
	for name, value := range map[string]string{
		"DB_PASSWORD_FILE": "/run/secrets/db", "AUTH_TOKEN_VERSION": "2", "TOKEN_TTL": "3600", "VAULT_TOKEN_PATH": "/vault/token", "PASSWORD_MIN_LENGTH": "8",
		"PASSWORD_HASH_ALGORITHM": "argon2", "TOKEN_URL": "https://example.org/token", "SSH_AUTH_SOCK": "/tmp/agent", "AWS_ACCESS_KEY_ID": "key", "SECRET_NAME": "db",
		"SSH_PUBLIC_KEY": "ssh-ed25519 AAAA", "GPG_KEY": "E3FF2839C048B25C084DEBE9B26995E310250568", "KEYBOARD": "us", "MONKEY": "x", "COMPASS": "north",
		"PWD": "/home", "OLDPWD": "/", "GITHUB_TOKEN": "", "REQUIRE_TOKEN": "true", "AUTH_ENABLED": "1", "NO_AUTH": "yes", "DB_PASSWORD": "/run/secrets/db",
		"PATH": "/bin", "AUTHOR": "somebody", "TOKENIZER": "bpe", "URL": "https://example.org:8080/@me", "IMAGE": "registry/app@sha256:0", "PASSENGER_APP": "x",
	} {
		if isSecret(name, value) {
			t.Errorf("%s=%s is taken for a secret", name, value)
		}
	}
}

func TestSecretsInCommandLines(t *testing.T) {
	for word, want := range map[string]bool{
		"--password=x": true, "-token=x": true, "GITHUB_TOKEN=x": true, "https://a:b@c": true, "--password-file=/x": false, "--password": false,
		"-c": false, "/pause": false, "A=b": false, "if [ $PASSWORD = x ]": false,
	} {
		if hasSecret(word) != want {
			t.Errorf("%q: a secret is %v", word, !want)
		}
	}
}
