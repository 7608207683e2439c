// SPDX-License-Identifier: MIT
#include "app/drill_records.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/drill_records_tale.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/intent_ring.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::app {
namespace {

using journal::RecordKind;

// Offsets of the body of a Signed record in the ring, little-endian; src/engine/signed_record.cpp.
constexpr std::size_t kOrderBytes = 228, kOrderOnNonceBytes = 300, kSignatureAt = 16,
                      kStrategyAt = 80, kKindAt = 81, kMintInAt = 92, kMintOutAt = 124,
                      kAmountInAt = 156, kReceiveMinAt = 164, kSpendMaxAt = 172, kPoolAt = 196,
                      kNonceAt = 228, kNonceValueAt = 260;

}  // namespace

Result<std::optional<RingOrder>> find_in_ring(const std::string& ring_path,
                                              const Signature& signature) {
    const auto contents = journal::read_intent_ring(ring_path);
    if (!contents) {
        return Err{contents.error()};
    }
    // The newest are last.
    for (auto record = contents->records.rbegin(); record != contents->records.rend(); ++record) {
        const BytesView body = bytes_of(record->body);
        const bool is_on_nonce = body.size() == kOrderOnNonceBytes;
        if (record->kind != RecordKind::Signed || (body.size() != kOrderBytes && !is_on_nonce) ||
            Signature::from(body.subspan(kSignatureAt)) != signature) {
            continue;
        }
        RingOrder order;
        order.intent = read_le<std::uint64_t>(body, 0);
        order.signature = signature;
        order.strategy = body[kStrategyAt];
        order.kind = static_cast<RingOrder::Kind>(body[kKindAt]);
        order.mint_in = Pubkey::from(body.subspan(kMintInAt));
        order.mint_out = Pubkey::from(body.subspan(kMintOutAt));
        order.pool = Pubkey::from(body.subspan(kPoolAt));
        order.amount_in = read_le<std::uint64_t>(body, kAmountInAt);
        order.receive_min = read_le<std::uint64_t>(body, kReceiveMinAt);
        order.spend_max = read_le<std::uint64_t>(body, kSpendMaxAt);
        if (is_on_nonce) {
            order.nonce = Pubkey::from(body.subspan(kNonceAt));
            order.nonce_value = Hash::from(body.subspan(kNonceValueAt));
        }
        return order;
    }
    return std::nullopt;
}

Result<JournalTale> read_tale(const std::string& journal_path) {
    TaleReader reader;
    Result<void> problem;
    const auto read = journal::read_journal(journal_path, [&](const journal::Record& record) {
        if (auto told = reader.read(record); !told && problem) {
            problem = told;
        }
    });
    if (!read) {
        return Err{read.error()};
    }
    if (!problem) {
        return Err{problem.error()};
    }
    if (!read->problem.empty()) {
        return fail(fmt::format("{}: {}", journal_path, read->problem));
    }
    return reader.finish();
}

}  // namespace sniperforge::app
