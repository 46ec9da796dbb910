#include "textflag.h"

TEXT ·start(SB), NOSPLIT|NOFRAME, $0
	ADD $8, R15, R2
	SUB $32, R15
	MOVD R2, 8(R15)
	BL ·run(SB)
	UNDEF

// func syscall(number, a, b, c, d uintptr) uintptr
TEXT ·syscall(SB), NOSPLIT, $0-48
	MOVD number+0(FP), R1
	MOVD a+8(FP), R2
	MOVD b+16(FP), R3
	MOVD c+24(FP), R4
	MOVD d+32(FP), R5
	SYSCALL
	MOVD R2, ret+40(FP)
	RET
