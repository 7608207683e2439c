// SPDX-License-Identifier: MIT
// The journal and the write-ahead ring, read with eyes of the drill's own: what engine writes and
// engine reads back the same way could be wrong in both.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

// One order as the write-ahead ring has it: all that bounds what its transaction may do.
struct RingOrder {
    std::uint64_t intent = 0;
    Signature signature;
    std::uint8_t strategy = 0;  // As model numbers them.
    enum class Kind : std::uint8_t { Entry, Exit, Cycle, Sweep } kind = Kind::Entry;
    Pubkey mint_in, mint_out, pool;
    std::uint64_t amount_in = 0, receive_min = 0, spend_max = 0;
    std::optional<Pubkey> nonce{};  // That it leases, with this value.
    Hash nonce_value{};

    // It trades nothing: an account is named as mint and as pool.
    [[nodiscard]] bool is_advance() const {
        return kind == Kind::Sweep && !pool.is_zero() && pool == mint_in;
    }
};
// The order with this signature, if the ring has it.
[[nodiscard]] Result<std::optional<RingOrder>> find_in_ring(const std::string& ring_path,
                                                            const Signature& signature);

// What the journal of all lives says, order by order and sum by sum.
struct JournalTale {
    struct Order {
        std::uint32_t intents = 0, denials = 0, approvals = 0, signatures = 0;
        std::uint32_t reports = 0;    // Final ones: all but unknown.
        std::uint32_t reversals = 0;  // Final reports that were taken back.
        std::string signature;        // Of the last Signed record.
        bool is_in_order = true;      // Intent, approval, signature, report.
        bool is_cut = false;          // A life ended behind its intent.
        std::int64_t decided_wall_ns = 0;
        bool is_exit = false;
        // An entry or a cycle, what it may spend, and whose it is, as model numbers them.
        bool is_entry = false, is_spending = false;
        std::uint64_t spend_max = 0;
        std::uint8_t strategy = 0;
        std::string mint_out;
        std::string exit_reason, mint_in;
    };
    std::map<std::uint64_t, Order> orders;
    // The books: opened or adopted, and every fill since.
    bool is_opened = false;
    std::int64_t wallet = 0;
    std::map<std::string, std::int64_t> tokens;  // By mint.
    // What each fill that stands did to the wallet's lamports, by signature.
    std::map<std::string, std::int64_t> fills;
    std::uint64_t records = 0, notes = 0, adoptions = 0;
    std::int64_t stopped_wall_ns = 0;      // Of the last RunStopped.
    std::vector<std::string> taken_over;   // What no order of ours explained.
    std::vector<std::string> set_aside;    // Of a position: what the chain was said not to have.
    std::uint64_t doubted_by_one = 0;      // Times that one reading alone lacked something.
    std::vector<std::string> passed_over;  // Listed in the wallet's history, and never read.
    // What people were last told to be missing, and that it was accepted, by account: the books'
    // figure less the chain's.
    std::map<std::string, std::int64_t> doubted, accepted;
    std::map<std::string, std::int64_t> taken_in;  // Gifts, by mint.
    bool is_doubted = false;                       // Something is missing, and nobody accepted it.
    // Of these mints the chain had more than the books, and a person took it for somebody else's.
    std::set<std::string> accepted_outside;
    bool is_reducing = false;  // The drawdown limit was reached.
    // Whom the newest record is about, if it is about an order.
    std::uint64_t intent_told = 0;
    std::string signature_told;    // Of the newest report.
    std::string decisions_sha256;  // Equal for equal runs.
};
[[nodiscard]] Result<JournalTale> read_tale(const std::string& journal_path);

}  // namespace sniperforge::app
