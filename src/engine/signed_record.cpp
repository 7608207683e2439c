// SPDX-License-Identifier: MIT
#include "engine/signed_record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::engine {
namespace {

// Layout, little-endian: u64 intent, u64 last valid height, signature[64], u8 strategy, u8 kind,
// u8 exit reason, u8 leg count, u64 position, mint in[32], mint out[32], u64 amount in, u64
// receive min, u64 spend max, u64 slot decided at, u64 cost expected, pool[32]. An order on a nonce
// goes on: nonce account[32], value[32], u64 slot that it was read at. A part of an entry ends with
// u64 recipe, u8 number, u8 count; a cycle that bids with u8 percent of its profit.
constexpr std::size_t kStrategy = 80, kPosition = 84, kMintIn = 92, kMintOut = 124, kAmounts = 156,
                      kPool = 196, kNonce = kSignedRecordBytes,
                      kNonceValue = kNonce + Pubkey::kSize, kNonceSlot = kNonceValue + Hash::kSize;

}  // namespace

SignedRecord encode_signed(const OrderIntent& intent, const OrderSigned& order) {
    SignedRecord record;
    auto& body = record.bytes;
    const auto put = [&](std::size_t at, const auto& bytes) {
        std::copy(bytes.begin(), bytes.end(), body.begin() + static_cast<std::ptrdiff_t>(at));
    };
    write_le(body, 0, intent.intent_id.value);
    write_le(body, 8, order.last_valid_height.value);
    put(16, order.signature.bytes);
    body[kStrategy] = static_cast<std::uint8_t>(intent.strategy);
    body[kStrategy + 1] = static_cast<std::uint8_t>(intent.kind);
    body[kStrategy + 2] = static_cast<std::uint8_t>(intent.exit_reason);
    body[kStrategy + 3] = intent.leg_count;
    write_le(body, kPosition, intent.position_id.value);
    put(kMintIn, intent.mint_in.bytes);
    put(kMintOut, intent.mint_out.bytes);
    put(kPool, intent.pool_id.bytes);
    std::size_t at = kAmounts;
    for (const std::uint64_t value :
         {intent.amount_in.raw(), intent.receive_min.raw(), intent.spend_max.raw(),
          intent.decided_at.value, intent.cost_expected.raw()}) {
        write_le(body, at, value);
        at += sizeof value;
    }
    if (order.lease) {
        record.size = kLeasedRecordBytes;
        put(kNonce, order.lease->account.bytes);
        put(kNonceValue, order.lease->value.bytes);
        write_le(body, kNonceSlot, order.lease->read_at.value);
    }
    if (intent.part.number > 0) {
        write_le(body, record.size, intent.part.recipe);
        body[record.size + 8] = intent.part.number;
        body[record.size + 9] = intent.part.count;
        record.size += kEntryPartBytes;
    }
    if (intent.bid.percent > 0) {
        body[record.size] = intent.bid.percent;
        record.size += kBidBytes;
    }
    return record;
}

Result<SignedOrder> decode_signed(BytesView body) {
    const auto is_of = [&](std::size_t bytes) {
        return body.size() == bytes || body.size() == bytes + kEntryPartBytes;
    };
    const bool has_bid = body.size() == kSignedRecordBytes + kBidBytes;
    if (!is_of(kSignedRecordBytes) && !is_of(kLeasedRecordBytes) && !has_bid) {
        return fail(fmt::format(
            "a write-ahead record of {} bytes, expected {}, or {} on a nonce, and {} more of a "
            "part of an entry, or {} of a cycle's bid",
            body.size(), kSignedRecordBytes, kLeasedRecordBytes, kEntryPartBytes, kBidBytes));
    }
    const auto u64 = [&](std::size_t at) { return read_le<std::uint64_t>(body, at); };
    SignedOrder order;
    OrderIntent& intent = order.intent;
    intent.intent_id = order.signed_as.intent_id = IntentId{u64(0)};
    order.signed_as.last_valid_height = BlockHeight{u64(8)};
    order.signed_as.signature = Signature::from(body.subspan(16));
    intent.strategy = static_cast<StrategyId>(body[kStrategy]);
    intent.kind = static_cast<OrderKind>(body[kStrategy + 1]);
    intent.exit_reason = static_cast<ExitReason>(body[kStrategy + 2]);
    intent.leg_count = body[kStrategy + 3];
    if (body[kStrategy] >= kStrategyCount || intent.kind > OrderKind::Sweep ||
        intent.exit_reason > kExitReasonLast || intent.leg_count > kLegsMax) {
        return fail(
            fmt::format("the write-ahead record of intent {} has strategy {}, kind {}, "
                        "exit reason {} and {} legs: another version wrote it",
                        intent.intent_id.value, body[kStrategy], body[kStrategy + 1],
                        body[kStrategy + 2], intent.leg_count));
    }
    intent.position_id = PositionId{u64(kPosition)};
    intent.mint_in = Pubkey::from(body.subspan(kMintIn));
    intent.mint_out = Pubkey::from(body.subspan(kMintOut));
    intent.amount_in = TokenAmount{u64(kAmounts)};
    intent.receive_min = TokenAmount{u64(kAmounts + 8)};
    intent.spend_max = Lamports{u64(kAmounts + 16)};
    intent.decided_at = Slot{u64(kAmounts + 24)};
    intent.cost_expected = Lamports{u64(kAmounts + 32)};
    intent.pool = kPoolUnknown;
    intent.pool_id = Pubkey::from(body.subspan(kPool));
    for (Leg& leg : intent.legs) {
        leg.pool = kPoolUnknown;
    }
    if (is_of(kLeasedRecordBytes)) {
        order.signed_as.lease =
            NonceLease{Pubkey::from(body.subspan(kNonce)), Hash::from(body.subspan(kNonceValue)),
                       Slot{u64(kNonceSlot)}};
    }
    const std::size_t end = is_of(kLeasedRecordBytes) ? kLeasedRecordBytes : kSignedRecordBytes;
    if (has_bid) {
        intent.bid.percent = body[kSignedRecordBytes];
    } else if (body.size() > end) {
        intent.part = {u64(end), body[end + 8], body[end + 9]};
    }
    return order;
}

}  // namespace sniperforge::engine
