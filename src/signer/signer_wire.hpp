// SPDX-License-Identifier: MIT
// The frames between the daemon and the process with the key, little-endian. Each datagram is one
// frame; whatever does not read to its last byte is none.
//
//   request  kind u8, number u32, then
//            order:      policy, message, tables
//            withdrawal: policy, message
//            upkeep:     policy, message
//            mints:      count u8, keys; has no answer
//            before:     count u8, of each kind u8, outflow u64, unix nanoseconds i64, whether it
//                        was a withdrawal u8, stablecoins in micro-USD u64; no answer
//   answer   number u32, ok u8, then the signature, or instruction u8 (255: the whole), reason u16
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/signer/policy.hpp"
#include "sniperforge/signer/signing_budget.hpp"
#include "sniperforge/signer/upkeep.hpp"
#include "sniperforge/signer/withdrawal.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::signer {

// A message of version 1 may have 4,096 bytes, and the policy 300; sixteen full tables have 128
// KiB. A kernel takes 208 KiB in one datagram unless it was told otherwise.
inline constexpr std::size_t kFrameBytesMax = 140'000;
inline constexpr std::size_t kFrameTablesMax = 16;
inline constexpr std::size_t kFrameMintsMax = 255;
inline constexpr std::size_t kFrameBeforeMax = 255;
inline constexpr std::size_t kReasonBytesMax = 1'024;
inline constexpr std::size_t kAnswerBytesMax = 8 + kReasonBytesMax;

struct OrderRequest {
    std::uint32_t number = 0;
    SigningPolicy policy;
    BytesView message;  // Of the frame.
    std::vector<solana::AddressLookupTable> tables;
};
struct WithdrawalRequest {
    std::uint32_t number = 0;
    WithdrawalPolicy policy;
    BytesView message;
};
struct UpkeepRequest {
    std::uint32_t number = 0;
    UpkeepPolicy policy;
    BytesView message;
};
struct MintsRequest {
    std::vector<Pubkey> mints;
};
struct BeforeRequest {
    std::vector<SignedBefore> before;
};
using Request =
    std::variant<OrderRequest, WithdrawalRequest, MintsRequest, UpkeepRequest, BeforeRequest>;

// All of them clear `out` first. False where it is beyond the bounds: nothing of it may be sent.
[[nodiscard]] bool encode_request(Bytes& out, const OrderRequest& request,
                                  std::span<const solana::AddressLookupTable> tables);
[[nodiscard]] bool encode_request(Bytes& out, const WithdrawalRequest& request);
[[nodiscard]] bool encode_request(Bytes& out, const UpkeepRequest& request);
void encode_mints(Bytes& out, std::span<const Pubkey> mints);
void encode_before(Bytes& out, std::span<const SignedBefore> before);
[[nodiscard]] Result<Request> decode_request(BytesView frame);

struct Answer {
    std::uint32_t number = 0;
    Result<Signature, Refusal> outcome;
};
void encode_answer(Bytes& out, const Answer& answer);
[[nodiscard]] std::optional<Answer> decode_answer(BytesView frame);

}  // namespace sniperforge::signer
