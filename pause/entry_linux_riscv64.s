#include "textflag.h"

TEXT ·start(SB), NOSPLIT|NOFRAME, $0
	ADD $8, X2, X10
	ADD $-32, X2
	MOV X10, 8(X2)
	CALL ·run(SB)
	UNDEF

// func syscall(number, a, b, c, d uintptr) uintptr
TEXT ·syscall(SB), NOSPLIT, $0-48
	MOV number+0(FP), A7
	MOV a+8(FP), A0
	MOV b+16(FP), A1
	MOV c+24(FP), A2
	MOV d+32(FP), A3
	ECALL
	MOV A0, ret+40(FP)
	RET
