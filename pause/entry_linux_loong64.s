#include "textflag.h"

TEXT ·start(SB), NOSPLIT|NOFRAME, $0
	ADDV $8, R3, R4
	ADDV $-32, R3
	MOVV R4, 8(R3)
	JAL ·run(SB)
	UNDEF

// func syscall(number, a, b, c, d uintptr) uintptr
TEXT ·syscall(SB), NOSPLIT, $0-48
	MOVV number+0(FP), R11
	MOVV a+8(FP), R4
	MOVV b+16(FP), R5
	MOVV c+24(FP), R6
	MOVV d+32(FP), R7
	SYSCALL
	MOVV R4, ret+40(FP)
	RET
