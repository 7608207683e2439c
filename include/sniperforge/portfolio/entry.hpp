// SPDX-License-Identifier: MIT
// The chart of accounts, and Entry: postings to them whose sum is zero. An entry is of one asset,
// lamports or the base units of one mint, and nothing can be booked that is no entry: what moved
// has both of its sides or is refused. docs/ledger.md says which event posts what.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sniperforge/core/result.hpp"
#include "sniperforge/core/wide_int.hpp"

namespace sniperforge::portfolio {

// What a balance says is what went into the account less what came out of it: what we have and what
// was paid is above zero, what was earned and what others brought is below.
enum class Account : std::uint8_t {
    // What there is.
    Wallet,      // The wallet's own lamports; of a mint, what our token accounts have of it.
    RentLocked,  // Put into token accounts of ours, and
    RentBack,    // come back from them.
    Positions,   // At cost, as their lots are.
    // What was paid.
    BaseFee,
    PriorityFee,
    Tip,
    AmmFee,        // Inside what swaps took, where it is known: of pools, and
    TransferFee,   // of the mints.
    RentOfOthers,  // Accounts of others that our swaps had to open: it does not come back.
    Unexplained,   // What the transaction's accounts do not explain.
    // What was earned: with what was paid, the result.
    Swapped,      // Lamports into swaps and out of them; of a mint, units.
    CarriedCost,  // What is in the positions at cost and not in the result yet.
    // What is nobody's result.
    Outside,   // Gifts, deposits and withdrawals.
    Adopted,   // Taken over from the chain, where nothing of ours explains it.
    MovedOut,  // What positions had cost that somebody moved away.
    Opening,   // What there was when the run began.
};
inline constexpr std::size_t kAccountCount = 17;
[[nodiscard]] std::string_view to_string(Account account);

using AccountBalances = std::array<i128, kAccountCount>;

struct Posting {
    Account account{};
    i128 amount = 0;
};

class Entry {
 public:
    // More than any event posts: closing the books posts to all of them but two.
    static constexpr std::size_t kPostingsMax = kAccountCount;

    // Refused, with both sums and every posting, where the two sides differ or where there are more
    // than kPostingsMax.
    [[nodiscard]] static Result<Entry> of(std::span<const Posting> postings);

    [[nodiscard]] std::span<const Posting> postings() const {
        return std::span{postings_}.first(count_);
    }

 private:
    Entry() = default;

    std::array<Posting, kPostingsMax> postings_{};
    std::size_t count_ = 0;
};

}  // namespace sniperforge::portfolio
