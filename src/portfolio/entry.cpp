// SPDX-License-Identifier: MIT
#include "sniperforge/portfolio/entry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sniperforge::portfolio {

std::string_view to_string(Account account) {
    switch (account) {
        case Account::Wallet:
            return "wallet";
        case Account::RentLocked:
            return "rent_locked";
        case Account::RentBack:
            return "rent_back";
        case Account::Positions:
            return "positions";
        case Account::BaseFee:
            return "base_fee";
        case Account::PriorityFee:
            return "priority_fee";
        case Account::Tip:
            return "tip";
        case Account::AmmFee:
            return "amm_fee";
        case Account::TransferFee:
            return "transfer_fee";
        case Account::RentOfOthers:
            return "rent_of_others";
        case Account::Unexplained:
            return "unexplained";
        case Account::Swapped:
            return "swapped";
        case Account::CarriedCost:
            return "carried_cost";
        case Account::Outside:
            return "outside";
        case Account::Adopted:
            return "adopted";
        case Account::MovedOut:
            return "moved_out";
        case Account::Opening:
            return "opening";
    }
    return "unknown";
}

Result<Entry> Entry::of(std::span<const Posting> postings) {
    i128 in = 0, out = 0;
    for (const Posting& posting : postings) {
        (posting.amount > 0 ? in : out) += posting.amount;
    }
    if (in + out != 0 || postings.size() > kPostingsMax) {
        std::string list;
        for (const Posting& posting : postings) {
            list += fmt::format("{}{} {}", list.empty() ? "" : ", ", to_string(posting.account),
                                posting.amount);
        }
        return fail(
            fmt::format("booking an entry of {} postings, {} at most: {} went in and {} "
                        "came out, which must be the same: {}",
                        postings.size(), kPostingsMax, in, -out, list));
    }
    Entry entry;
    std::ranges::copy(postings, entry.postings_.begin());
    entry.count_ = postings.size();
    return entry;
}

}  // namespace sniperforge::portfolio
