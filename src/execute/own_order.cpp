// SPDX-License-Identifier: MIT
#include "sniperforge/execute/own_order.hpp"

#include <algorithm>
#include <ranges>
#include <variant>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/jupiter_account.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::execute {
namespace {

class FormReader {
 public:
    FormReader(const rpc::TransactionDetail& transaction, const Pubkey& wallet,
               std::span<const Pubkey> tip_accounts)
        : transaction_{transaction},
          wallet_{wallet},
          tip_accounts_{tip_accounts},
          sol_account_{solana::associated_token_address(wallet, solana::kWrappedSolMint,
                                                        solana::kTokenProgram)},
          jupiter_sol_account_{
              solana::jupiter_token_account_address(wallet, solana::kWrappedSolMint)} {}

    // Every call of the message is one that we make; counts swaps and clearings on the way.
    [[nodiscard]] bool is_ours() {
        const bool is_paid_by_us = !transaction_.account_keys.empty() &&
                                   transaction_.account_keys.front() == wallet_ &&
                                   transaction_.signatures == 1;
        return is_paid_by_us &&
               std::ranges::all_of(transaction_.instructions,
                                   [this](const ChainInstruction& call) { return is_known(call); });
    }

    [[nodiscard]] std::size_t swaps() const { return swaps_; }
    [[nodiscard]] std::size_t clearings() const { return clearings_; }
    // The nonce of ours that it advances, if it does.
    [[nodiscard]] const std::optional<Pubkey>& advanced() const { return advanced_; }
    [[nodiscard]] bool is_routed() const { return is_routed_; }
    [[nodiscard]] const VenueSet& venues() const { return venues_; }
    [[nodiscard]] std::vector<Pubkey> take_accounts() { return std::move(accounts_); }

 private:
    [[nodiscard]] const Pubkey* account(const ChainInstruction& call, std::size_t position) const {
        return position < call.accounts.size() &&
                       call.accounts[position] < transaction_.account_keys.size()
                   ? &transaction_.account_keys[call.accounts[position]]
                   : nullptr;
    }
    [[nodiscard]] bool names(const ChainInstruction& call, std::size_t position,
                             const Pubkey& key) const {
        const Pubkey* const named = account(call, position);
        return named != nullptr && *named == key;
    }

    // What programs call, they call for a swap; the swap among it is looked for all the same, since
    // Jupiter's route calls the venue.
    [[nodiscard]] bool is_known(const ChainInstruction& call) {
        if (const auto venue = dex::venue_of_program(call.program)) {
            note_swap(*venue, call);
            return true;
        }
        is_routed_ = is_routed_ || call.program == solana::kJupiterV6Program;
        if (call.is_inner || call.program == solana::kComputeBudgetProgram ||
            call.program == solana::kJupiterV6Program) {
            return true;
        }
        if (call.program == solana::kAssociatedTokenProgram) {
            return names(call, 2, wallet_);  // Payer, account, owner.
        }
        if (call.program == solana::kSystemProgram) {
            const auto decoded = solana::decode_system_instruction(call.data);
            if (std::holds_alternative<solana::system_instruction::AdvanceNonceAccount>(decoded)) {
                return is_own_advance(call);
            }
            return std::holds_alternative<solana::system_instruction::Transfer>(decoded) &&
                   (names(call, 1, sol_account_) || names(call, 1, jupiter_sol_account_) ||
                    is_tip(call));
        }
        return solana::is_token_program(call.program) && is_known_of_token(call);
    }

    // One of ours, and one alone. Accounts: nonce, sysvar, authority.
    [[nodiscard]] bool is_own_advance(const ChainInstruction& call) {
        const Pubkey* const nonce = account(call, 0);
        if (nonce == nullptr || advanced_ || !names(call, 2, wallet_)) {
            return false;
        }
        const auto ours = signer::nonce_addresses(wallet_);
        if (std::ranges::find(ours, *nonce) != ours.end()) {
            advanced_ = *nonce;
        }
        return advanced_.has_value();
    }

    // An order pays one.
    [[nodiscard]] bool is_tip(const ChainInstruction& call) {
        const Pubkey* const to = account(call, 1);
        return to != nullptr && std::ranges::find(tip_accounts_, *to) != tip_accounts_.end() &&
               ++tips_ == 1;
    }

    [[nodiscard]] bool is_known_of_token(const ChainInstruction& call) {
        namespace ti = solana::token_instruction;
        const solana::TokenInstruction token = solana::decode_token_instruction(call.data);
        if (std::holds_alternative<ti::CloseAccount>(token)) {
            ++clearings_;
            return names(call, 1, wallet_);
        }
        clearings_ += std::holds_alternative<ti::Burn>(token) ? 1 : 0;
        return std::holds_alternative<ti::Burn>(token) ||
               std::holds_alternative<ti::SyncNative>(token);
    }

    void note_swap(VenueId venue, const ChainInstruction& call) {
        const bool is_swap =
            std::ranges::any_of(dex::instructions_of(venue), [&](const auto& shape) {
                return shape.is_swap() && dex::is_called_by(shape, call.data) &&
                       call.accounts.size() >= shape.accounts_min;
            });
        if (!is_swap) {
            return;
        }
        ++swaps_;
        venues_.add(venue);
        for (const std::uint8_t index : call.accounts) {
            if (index < transaction_.account_keys.size() &&
                std::ranges::find(accounts_, transaction_.account_keys[index]) == accounts_.end()) {
                accounts_.push_back(transaction_.account_keys[index]);
            }
        }
    }

    const rpc::TransactionDetail& transaction_;
    const Pubkey& wallet_;
    std::span<const Pubkey> tip_accounts_;
    Pubkey sol_account_;
    Pubkey jupiter_sol_account_;  // Where Jupiter's orders hold it for the length of one.
    std::size_t swaps_ = 0, clearings_ = 0, tips_ = 0;
    std::optional<Pubkey> advanced_;
    bool is_routed_ = false;  // By Jupiter, whether it came to a swap or not.
    VenueSet venues_;
    std::vector<Pubkey> accounts_;
};

// The token that the fill moved, if it is one alone; SOL apart. Null: none, or several.
[[nodiscard]] const TokenChange* token_moved(const Fill& fill) {
    const TokenChange* found = nullptr;
    for (const TokenChange& change : fill.tokens) {
        if (change.mint == solana::kWrappedSolMint) {
            continue;
        }
        if (found != nullptr) {
            return nullptr;
        }
        found = &change;
    }
    return found;
}

// A purchase or a sale: one token against SOL. Of USDC, too: a round trip trades it.
[[nodiscard]] bool set_swap(OwnOrder& order) {
    const TokenChange* const token = token_moved(order.fill);
    if (token == nullptr) {
        return false;
    }
    const bool is_bought = !token->amount.is_negative();
    if (is_bought && !sol_change(order.fill, solana::kWrappedSolMint).is_negative()) {
        return false;
    }
    order.kind = is_bought ? OrderKind::Entry : OrderKind::Exit;
    order.mint = token->mint;
    return true;
}

// Burnt and closed, or closed alone: then no amount moved, and the account tells of what.
[[nodiscard]] bool set_sweep(OwnOrder& order) {
    order.kind = OrderKind::Sweep;
    if (const TokenChange* const token = token_moved(order.fill)) {
        order.mint = token->mint;
        return token->amount.is_negative();
    }
    if (order.fill.tokens.empty() && order.fill.accounts.size() == 1) {
        order.mint = order.fill.accounts.front().mint;
        return true;
    }
    return false;
}

}  // namespace

std::optional<OwnOrder> own_order_of(const rpc::TransactionDetail& transaction,
                                     const Pubkey& wallet, std::span<const Pubkey> tip_accounts) {
    FormReader form{transaction, wallet, tip_accounts};
    if (!form.is_ours()) {
        return std::nullopt;
    }
    const bool is_cut_short = !transaction.error.empty() && form.is_routed();
    // Of the nonce of an order, when that had to end.
    const bool is_advance = form.swaps() + form.clearings() == 0 && form.advanced().has_value();
    if (form.swaps() + form.clearings() == 0 && !is_cut_short && !is_advance) {
        return std::nullopt;
    }
    auto fill = order_fill_of(transaction, wallet, tip_accounts);
    if (!fill) {
        return std::nullopt;
    }
    OwnOrder order;
    order.mint = solana::kWrappedSolMint;
    order.slot = transaction.slot;
    order.fill = std::move(*fill);
    order.venues = form.venues();
    if (!transaction.error.empty()) {
        order.outcome = Outcome::Reverted;
        order.error = transaction.error;
        return order;
    }
    if (is_advance) {
        order.kind = OrderKind::Sweep;
        order.mint = *form.advanced();
        return order;
    }
    const bool is_single = form.swaps() == 1;
    const bool is_order = is_single ? set_swap(order) : form.swaps() > 1 || set_sweep(order);
    if (!is_order) {
        return std::nullopt;
    }
    if (is_single) {
        order.accounts = form.take_accounts();
    }
    return order;
}

}  // namespace sniperforge::execute
