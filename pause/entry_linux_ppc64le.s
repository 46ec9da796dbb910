#include "textflag.h"

// Go code takes R0 for zero, and the kernel promises nothing of it.
TEXT ·start(SB), NOSPLIT|NOFRAME, $0
	XOR R0, R0
	ADD $8, R1, R3
	ADD $-64, R1
	MOVD R3, 32(R1)
	BL ·run(SB)
	UNDEF

// func syscall(number, a, b, c, d uintptr) uintptr
//
// The kernel reports an error as a positive number and the summary overflow
// bit; other architectures return it negated.
TEXT ·syscall(SB), NOSPLIT, $0-48
	MOVD number+0(FP), R9
	MOVD a+8(FP), R3
	MOVD b+16(FP), R4
	MOVD c+24(FP), R5
	MOVD d+32(FP), R6
	SYSCALL R9
	BVC done
	NEG R3
done:
	XOR R0, R0
	MOVD R3, ret+40(FP)
	RET
