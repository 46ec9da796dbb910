package mutants

// Exceptions are the requirements that no mutant fails, by id, with the reason.
var Exceptions = map[string]string{
	"SIG-KILL": "No program can keep SIGKILL from its PID namespace: only an engine or a kernel can fail here.",
	"NS-UTS":   "Docker refuses to share a UTS namespace between containers, and a sandbox without CAP_SYS_ADMIN cannot change its host name.",
}
