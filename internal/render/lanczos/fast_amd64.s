#include "textflag.h"

// Sums are of 32 bits, weights of 22 after the point: One is 1<<22.

// half of One, to round by
DATA half<>+0(SB)/4, $0x200000
GLOBL half<>(SB), RODATA|NOPTR, $4

// 255 in the fourth byte
DATA opaque<>+0(SB)/4, $0xff000000
GLOBL opaque<>(SB), RODATA|NOPTR, $4

// which of two weights the samples of two pixels take
DATA ofTwo<>+0(SB)/8, $0x0000000000000000
DATA ofTwo<>+8(SB)/8, $0x0000000100000000
DATA ofTwo<>+16(SB)/8, $0x0000000100000001
DATA ofTwo<>+24(SB)/8, $0x0000000100000001
GLOBL ofTwo<>(SB), RODATA|NOPTR, $32

// the second pixel of two
DATA second<>+0(SB)/8, $0x0000000400000003
DATA second<>+8(SB)/8, $0x0000000600000005
DATA second<>+16(SB)/8, $0x0000000600000006
DATA second<>+24(SB)/8, $0x0000000600000006
GLOBL second<>(SB), RODATA|NOPTR, $32

// func across1(to, src *byte, first, weights *int32, n, stride int)
TEXT ·across1(SB), NOSPLIT, $0-48
	MOVQ to+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ first+16(FP), R8
	MOVQ weights+24(FP), R9
	MOVQ n+32(FP), CX
	MOVQ stride+40(FP), R10
	VPBROADCASTD half<>(SB), X15

sample:
	MOVLQSX (R8), R11
	ADDQ SI, R11
	MOVQ R10, DX
	VPXOR Y0, Y0, Y0

eight:
	VPMOVZXBD (R11), Y1
	VPMULLD (R9), Y1, Y1
	VPADDD Y1, Y0, Y0
	ADDQ $8, R11
	ADDQ $32, R9
	SUBQ $8, DX
	JNZ eight

	VEXTRACTI128 $1, Y0, X1
	VPADDD X1, X0, X0
	VPSHUFD $0x4e, X0, X1
	VPADDD X1, X0, X0
	VPSHUFD $0xb1, X0, X1
	VPADDD X1, X0, X0
	VPADDD X15, X0, X0
	VPSRAD $22, X0, X0
	VPACKSSDW X0, X0, X0
	VPACKUSWB X0, X0, X0
	VPEXTRB $0, X0, (DI)
	ADDQ $4, R8
	INCQ DI
	DECQ CX
	JNZ sample
	VZEROUPPER
	RET

// func across3(to, src *byte, first, weights *int32, n, stride, step int)
TEXT ·across3(SB), NOSPLIT, $0-56
	MOVQ to+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ first+16(FP), R8
	MOVQ weights+24(FP), R9
	MOVQ n+32(FP), CX
	MOVQ stride+40(FP), R10
	MOVQ step+48(FP), R12
	VPBROADCASTD half<>(SB), X15
	VPBROADCASTD opaque<>(SB), X14
	VMOVDQU ofTwo<>(SB), Y13
	VMOVDQU second<>(SB), Y12

pixel:
	MOVLQSX (R8), R11
	ADDQ SI, R11
	MOVQ R10, DX
	VPXOR Y0, Y0, Y0

two:
	VPBROADCASTQ (R9), Y2
	VPERMD Y2, Y13, Y2
	VPMOVZXBD (R11), Y1
	VPMULLD Y2, Y1, Y1
	VPADDD Y1, Y0, Y0
	ADDQ $6, R11
	ADDQ $8, R9
	SUBQ $2, DX
	JNZ two

	VPERMD Y0, Y12, Y1
	VPADDD X1, X0, X0
	VPADDD X15, X0, X0
	VPSRAD $22, X0, X0
	VPACKSSDW X0, X0, X0
	VPACKUSWB X0, X0, X0
	VPOR X14, X0, X0
	VMOVD X0, (DI)
	ADDQ $4, R8
	ADDQ R12, DI
	DECQ CX
	JNZ pixel
	VZEROUPPER
	RET

// func mix16(to *byte, rows *[]byte, weights *int32, taps, n int)
TEXT ·mix16(SB), NOSPLIT, $0-40
	MOVQ to+0(FP), DI
	MOVQ rows+8(FP), SI
	MOVQ weights+16(FP), R10
	MOVQ taps+24(FP), R12
	MOVQ n+32(FP), CX
	XORQ BX, BX
	VPBROADCASTD half<>(SB), Y15

sixteen:
	MOVQ SI, R8
	MOVQ R10, R9
	MOVQ R12, DX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1

row:
	MOVQ (R8), R11
	VPBROADCASTD (R9), Y4
	VPMOVZXBD (R11)(BX*1), Y2
	VPMOVZXBD 8(R11)(BX*1), Y3
	VPMULLD Y4, Y2, Y2
	VPMULLD Y4, Y3, Y3
	VPADDD Y2, Y0, Y0
	VPADDD Y3, Y1, Y1
	ADDQ $24, R8
	ADDQ $4, R9
	DECQ DX
	JNZ row

	VPADDD Y15, Y0, Y0
	VPADDD Y15, Y1, Y1
	VPSRAD $22, Y0, Y0
	VPSRAD $22, Y1, Y1
	VPACKSSDW Y1, Y0, Y0
	VPERMQ $0xd8, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPACKUSWB X1, X0, X0
	VMOVDQU X0, (DI)(BX*1)
	ADDQ $16, BX
	CMPQ BX, CX
	JNE sixteen
	VZEROUPPER
	RET
