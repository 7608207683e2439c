// SPDX-License-Identifier: MIT
// BalanceCheck: the ledger held against balances that were read while orders are on their way. A
// reading is of some slot; the fills of later slots are not in it, and one of an earlier slot may
// not be in our books yet. So the difference is kept, and what orders of then turn
// out to have done is taken from it: once each of them has its outcome nothing may be left.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/portfolio/ledger.hpp"

namespace sniperforge::portfolio {

class BalanceCheck {
 public:
    enum class Verdict : std::uint8_t {
        // Orders that were on their way at the reading have no outcome yet. Or it differs, and a
        // fill that it should have is not final: a block that was dropped is why, it may turn out.
        Waiting,
        Equal,      // To the lamport and to the base unit.
        Different,  // Something moved that no order of ours explains.
        // A fill is of the reading's own slots. Parts of it may have it and others not: some nodes
        // answer from a block that is still being built. Or the reading was overtaken: a fill after
        // it was final before it arrived. Read again.
        Inconclusive,
    };

    // Finalized balances with the slots that they are of. `provisional` are the reports of fills
    // that the ledger has and that are not final; `in_flight` the orders without an outcome.
    // `finalized` is the newest slot of what is final in the ledger, which tells no slot any more.
    BalanceCheck(const Ledger& ledger, Slot finalized, const ChainBalances& chain,
                 std::span<const ExecutionReport> provisional,
                 const std::map<std::uint64_t, OrderIntent>& in_flight);

    // An order has its outcome; Unknown is none.
    void on_report(const ExecutionReport& report);
    // Its fill cannot be taken back any more, and is of this slot: another one than was told where
    // the block that it was told of was dropped, and the one that took it did the same.
    void on_finalized(const ExecutionReport& report, Slot slot);
    // A fill was taken back. Its order has no outcome again.
    void on_reversed(const ExecutionReport& report);

    [[nodiscard]] Verdict verdict() const;
    // All of the difference, where the chain has more than the books everywhere that it differs.
    // Anybody can send us something; nobody but the key's holder takes something away.
    [[nodiscard]] std::optional<Gift> gift() const;
    // What is different: the ledger's figure as of the reading, and the chain's.
    [[nodiscard]] std::vector<BalanceMismatch> mismatches() const;

 private:
    struct Figure {
        std::uint64_t on_chain = 0;
        i128 difference = 0;  // The chain's less the ledger's.
    };
    // Counts the fill in the reading, `sign` = −1, or takes it out again.
    void move(const ExecutionReport& report, int sign);

    Slot oldest_, newest_;  // Of the reading's parts.
    bool is_overtaken_;     // The ledger has final fills that a part may not have.
    Figure wallet_;
    std::map<Pubkey, Figure> tokens_;
    std::set<std::uint64_t> waiting_;   // Intent ids.
    std::set<std::uint64_t> between_;   // Fills of the reading's own slots.
    std::set<std::uint64_t> unproven_;  // Fills before them that are not final.
};

}  // namespace sniperforge::portfolio
