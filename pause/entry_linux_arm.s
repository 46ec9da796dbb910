#include "textflag.h"

TEXT ·start(SB), NOSPLIT|NOFRAME, $0
	ADD $4, R13, R0
	SUB $16, R13
	MOVW R0, 4(R13)
	BL ·run(SB)
	UNDEF

// func syscall(number, a, b, c, d uintptr) uintptr
TEXT ·syscall(SB), NOSPLIT, $0-24
	MOVW number+0(FP), R7
	MOVW a+4(FP), R0
	MOVW b+8(FP), R1
	MOVW c+12(FP), R2
	MOVW d+16(FP), R3
	SWI $0
	MOVW R0, ret+20(FP)
	RET
