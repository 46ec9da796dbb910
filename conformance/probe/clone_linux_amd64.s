#include "textflag.h"

// func cloneToCall(flags uintptr, calls *systemCall) (id int)
TEXT ·cloneToCall(SB), NOSPLIT, $0-24
	MOVQ flags+0(FP), DI
	MOVQ calls+8(FP), R12
	XORL SI, SI
	XORL DX, DX
	XORL R10, R10
	XORL R8, R8
	MOVL $56, AX // clone
	SYSCALL
	TESTQ AX, AX
	JZ   child
	MOVQ AX, id+16(FP)
	RET

child:
	MOVQ 0(R12), AX
	MOVQ 8(R12), DI
	MOVQ 16(R12), SI
	MOVQ 24(R12), DX
	ADDQ $32, R12
	SYSCALL
	JMP  child
