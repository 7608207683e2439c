// SPDX-License-Identifier: MIT
// What belongs to no position: for the sweeps, and for the gate that looks at them.
#include <algorithm>

#include "sniperforge/portfolio/portfolio.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::portfolio {

std::vector<Residue> Portfolio::residues() const {
    std::vector<Residue> found;
    accounts_.for_each_open([&](const OwnTokenAccount& account) {
        if (is_residue(account.mint)) {
            found.push_back({account.mint, account.token_program, ledger_.token(account.mint),
                             account.rent, account.is_unclosable});
        }
    });
    return found;
}

bool Portfolio::has_residues() const {
    return accounts_.is_any_open(
        [this](const OwnTokenAccount& account) { return is_residue(account.mint); });
}

bool Portfolio::is_residue(const Pubkey& mint) const {
    if (solana::is_money(mint) || is_held(mint) || is_in_flight(mint) || is_provisional(mint)) {
        return false;
    }
    // Burning takes all there is, and of that some is a stranger's or the operator's own: what it
    // is worth is theirs to say, whatever a pool says. Empty, its account is only closed.
    return !brought_.contains(mint) || ledger_.token(mint).is_zero();
}

void Portfolio::note_sweep(const OrderIntent& sweep, Exposure& exposure) const {
    exposure.is_mint_held = is_held(sweep.mint_in);
    exposure.is_mint_in_flight = is_in_flight(sweep.mint_in);
    // What may be burnt: nothing of what came from outside, wholly or in part.
    exposure.holding =
        brought_.contains(sweep.mint_in) ? TokenAmount{} : ledger_.token(sweep.mint_in);
}

bool Portfolio::is_held(const Pubkey& mint) const {
    return std::any_of(positions_.begin(), positions_.end(),
                       [&](const PositionView& position) { return position.mint == mint; });
}

bool Portfolio::is_provisional(const Pubkey& mint) const {
    return std::any_of(bookings_.begin(), bookings_.end(), [&](const auto& entry) {
        const Fill& fill = entry.second.report.fill;
        return std::any_of(fill.tokens.begin(), fill.tokens.end(),
                           [&](const TokenChange& change) { return change.mint == mint; }) ||
               std::any_of(fill.accounts.begin(), fill.accounts.end(),
                           [&](const OwnTokenAccount& account) { return account.mint == mint; });
    });
}

}  // namespace sniperforge::portfolio
