// SPDX-License-Identifier: MIT
#include "execute/order_fees.hpp"

namespace sniperforge::execute {
namespace {

// Of tokens younger than a day; 10 and less of others. The signer signs no more. Source: Jupiter's
// page on the fees of /swap/v2/order.
constexpr BasisPoints kOrderFeeMost{50};
constexpr std::size_t kOrderFeesMax = 1'024;

}  // namespace

BasisPoints OrderFees::fee_of(const Pubkey& token) const {
    const auto known = fees_.find(token);
    return known == fees_.end() ? kOrderFeeMost : known->second;
}

// (1 - asked) × (1 - fee) >= 1 - accepted, for the largest whole number that is asked.
BasisPoints OrderFees::slippage_to_ask(const Pubkey& token, BasisPoints accepted) const {
    const BasisPoints one{kBasisPointsOne};
    const BasisPoints kept = one.saturating_sub(accepted);
    const BasisPoints after_fee = one.saturating_sub(fee_of(token));
    if (after_fee.is_zero() || kept >= after_fee) {
        return {};
    }
    const auto floor = mul_div_ceil(kept.raw(), kBasisPointsOne, after_fee.raw());
    return floor ? one.saturating_sub(BasisPoints{*floor}) : BasisPoints{};
}

void OrderFees::note(const Pubkey& token, BasisPoints fee) {
    if (fees_.size() >= kOrderFeesMax && !fees_.contains(token)) {
        fees_.clear();
    }
    fees_.insert_or_assign(token, fee);
}

}  // namespace sniperforge::execute
