;; CRC-64/XZ (ECMA-182, reflected), sixteen bytes a step. Bytes 0..32767: sixteen tables of 256 i64; after them the input.
;; Assembled with wabt's wat2wasm into crc64-wasm.ts.
(module
  (memory (export "memory") 3)

  ;; Fills the tables: table 0 is the remainder of each byte, table k that of the byte followed by k zero bytes.
  (func (export "init")
    (local $n i32) (local $k i32) (local $crc i64)
    (loop $bytes
      (local.set $crc (i64.extend_i32_u (local.get $n)))
      (local.set $k (i32.const 0))
      (loop $bits
        (local.set $crc
          (i64.xor
            (i64.shr_u (local.get $crc) (i64.const 1))
            (i64.and
              (i64.sub (i64.const 0) (i64.and (local.get $crc) (i64.const 1)))
              (i64.const 0xc96c5795d7870f42))))
        (local.set $k (i32.add (local.get $k) (i32.const 1)))
        (br_if $bits (i32.lt_u (local.get $k) (i32.const 8))))
      (i64.store (i32.shl (local.get $n) (i32.const 3)) (local.get $crc))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $bytes (i32.lt_u (local.get $n) (i32.const 256))))
    ;; $n goes on from 256: entry n is derived from entry n - 256, the same byte one table before.
    (loop $rest
      (local.set $crc (i64.load (i32.shl (i32.sub (local.get $n) (i32.const 256)) (i32.const 3))))
      (i64.store
        (i32.shl (local.get $n) (i32.const 3))
        (i64.xor
          (i64.shr_u (local.get $crc) (i64.const 8))
          (i64.load (i32.shl (i32.and (i32.wrap_i64 (local.get $crc)) (i32.const 255)) (i32.const 3)))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $rest (i32.lt_u (local.get $n) (i32.const 4096)))))

  ;; The register after the bytes from $at to $end.
  (func (export "update") (param $crc i64) (param $at i32) (param $end i32) (result i64)
    (local $low i64) (local $high i64)
    (block $few
      (loop $sixteen
        (br_if $few (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 16)))
        (local.set $low (i64.xor (local.get $crc) (i64.load (local.get $at))))
        (local.set $high (i64.load offset=8 (local.get $at)))
        (local.set $crc
          (i64.xor
            (i64.xor
              (i64.xor
                (i64.xor
                  (i64.load offset=30720 (i32.and (i32.shl (i32.wrap_i64 (local.get $low)) (i32.const 3)) (i32.const 2040)))
                  (i64.load offset=28672 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $low) (i64.const 5))) (i32.const 2040))))
                (i64.xor
                  (i64.load offset=26624 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $low) (i64.const 13))) (i32.const 2040)))
                  (i64.load offset=24576 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $low) (i64.const 21))) (i32.const 2040)))))
              (i64.xor
                (i64.xor
                  (i64.load offset=22528 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $low) (i64.const 29))) (i32.const 2040)))
                  (i64.load offset=20480 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $low) (i64.const 37))) (i32.const 2040))))
                (i64.xor
                  (i64.load offset=18432 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $low) (i64.const 45))) (i32.const 2040)))
                  (i64.load offset=16384 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $low) (i64.const 53))) (i32.const 2040))))))
            (i64.xor
              (i64.xor
                (i64.xor
                  (i64.load offset=14336 (i32.and (i32.shl (i32.wrap_i64 (local.get $high)) (i32.const 3)) (i32.const 2040)))
                  (i64.load offset=12288 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $high) (i64.const 5))) (i32.const 2040))))
                (i64.xor
                  (i64.load offset=10240 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $high) (i64.const 13))) (i32.const 2040)))
                  (i64.load offset=8192 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $high) (i64.const 21))) (i32.const 2040)))))
              (i64.xor
                (i64.xor
                  (i64.load offset=6144 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $high) (i64.const 29))) (i32.const 2040)))
                  (i64.load offset=4096 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $high) (i64.const 37))) (i32.const 2040))))
                (i64.xor
                  (i64.load offset=2048 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $high) (i64.const 45))) (i32.const 2040)))
                  (i64.load offset=0 (i32.and (i32.wrap_i64 (i64.shr_u (local.get $high) (i64.const 53))) (i32.const 2040))))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $sixteen)))
    (block $done
      (loop $one
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $crc
          (i64.xor
            (i64.shr_u (local.get $crc) (i64.const 8))
            (i64.load
              (i32.shl
                (i32.and
                  (i32.xor (i32.wrap_i64 (local.get $crc)) (i32.load8_u (local.get $at)))
                  (i32.const 255))
                (i32.const 3)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $one)))
    (local.get $crc)))
