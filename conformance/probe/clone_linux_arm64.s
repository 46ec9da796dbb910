#include "textflag.h"

// func cloneToCall(flags uintptr, calls *systemCall) (id int)
TEXT ·cloneToCall(SB), NOSPLIT, $0-24
	MOVD flags+0(FP), R0
	MOVD calls+8(FP), R9
	MOVD $0, R1
	MOVD $0, R2
	MOVD $0, R3
	MOVD $0, R4
	MOVD $220, R8 // clone
	SVC
	CBZ  R0, child
	MOVD R0, id+16(FP)
	RET

child:
	MOVD 0(R9), R8
	MOVD 8(R9), R0
	MOVD 16(R9), R1
	MOVD 24(R9), R2
	ADD  $32, R9
	SVC
	B    child
