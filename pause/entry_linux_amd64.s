#include "textflag.h"

#define SYS_arch_prctl 158
#define ARCH_SET_FS 0x1002

// What Go puts between assembly and Go code loads g from -8(FS). No g is ever
// used, but the load must not fault, and FS is 0 at entry.
TEXT ·start(SB), NOSPLIT|NOFRAME, $0
	MOVL $SYS_arch_prctl, AX
	MOVL $ARCH_SET_FS, DI
	MOVQ SP, SI
	SYSCALL
	LEAQ 8(SP), AX
	SUBQ $24, SP
	MOVQ AX, 0(SP)
	CALL ·run(SB)
	UNDEF

// func syscall(number, a, b, c, d uintptr) uintptr
TEXT ·syscall(SB), NOSPLIT, $0-48
	MOVQ number+0(FP), AX
	MOVQ a+8(FP), DI
	MOVQ b+16(FP), SI
	MOVQ c+24(FP), DX
	MOVQ d+32(FP), R10
	SYSCALL
	MOVQ AX, ret+40(FP)
	RET
