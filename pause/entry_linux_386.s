#include "textflag.h"

TEXT ·start(SB), NOSPLIT|NOFRAME, $0
	LEAL 4(SP), AX
	SUBL $12, SP
	MOVL AX, 0(SP)
	CALL ·run(SB)
	UNDEF

// func syscall(number, a, b, c, d uintptr) uintptr
TEXT ·syscall(SB), NOSPLIT, $0-24
	MOVL number+0(FP), AX
	MOVL a+4(FP), BX
	MOVL b+8(FP), CX
	MOVL c+12(FP), DX
	MOVL d+16(FP), SI
	INT $0x80
	MOVL AX, ret+20(FP)
	RET
