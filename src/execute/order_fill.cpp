// SPDX-License-Identifier: MIT
// What a swap moved, from what the accounts that it names won and lost; and what others' accounts
// cost that it had to open. Lamports are conserved: what the wallet lost is in somebody's account.
#include <algorithm>
#include <set>
#include <variant>

#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::execute {
namespace {

// Its calls trade nothing: what they name got nothing by a swap.
[[nodiscard]] bool is_plain(const Pubkey& program) {
    return program == solana::kSystemProgram || program == solana::kComputeBudgetProgram ||
           program == solana::kMemoProgram || program == solana::kAssociatedTokenProgram ||
           program == solana::kAddressLookupTableProgram || solana::is_token_program(program);
}

// One of a venue that is none of its swaps: it makes a pool longer, and the payer pays its rent.
[[nodiscard]] bool is_preparing(const ChainInstruction& call) {
    const auto venue = dex::venue_of_program(call.program);
    return venue && std::ranges::none_of(dex::instructions_of(*venue), [&](const auto& shape) {
               return shape.is_swap() && dex::is_called_by(shape, call.data);
           });
}

class SwapReader {
 public:
    SwapReader(const rpc::TransactionDetail& transaction, const Pubkey& wallet,
               std::span<const Pubkey> tip_accounts)
        : transaction_{transaction} {
        for (const Pubkey& key : transaction.account_keys) {
            is_ours_.push_back(key == wallet ||
                               std::ranges::find(tip_accounts, key) != tip_accounts.end());
        }
        is_named_.resize(is_ours_.size());
        for (const auto* balances :
             {&transaction.pre_token_balances, &transaction.post_token_balances}) {
            for (const rpc::TokenBalance& balance : *balances) {
                if (balance.owner == wallet && balance.account_index < is_ours_.size()) {
                    is_ours_[balance.account_index] = true;
                }
            }
        }
        for (const ChainInstruction& call : transaction.instructions) {
            read(call);
        }
    }

    // Put into accounts of others that the wallet opened or made longer.
    [[nodiscard]] Lamports rent_of_others() const { return rent_; }
    // What the accounts that swaps name have won, less rent; and what the wallet wrapped and kept.
    [[nodiscard]] i128 swapped() const {
        i128 won = -i128{rent_named_.raw()};
        for (std::size_t i = 0; i < is_named_.size(); ++i) {
            won += is_named_[i] && !is_ours_[i] ? after(i) - before(i) : 0;
        }
        return won;
    }

 private:
    [[nodiscard]] i128 before(std::size_t i) const { return transaction_.pre_balances[i].raw(); }
    [[nodiscard]] i128 after(std::size_t i) const { return transaction_.post_balances[i].raw(); }

    void read(const ChainInstruction& call) {
        if (!call.is_inner) {
            is_preparing_ = is_preparing(call);
            if (!is_plain(call.program)) {
                for (const std::uint8_t account : call.accounts) {
                    if (account < is_named_.size()) {
                        is_named_[account] = true;
                    }
                }
            }
        }
        if (call.program == solana::kSystemProgram && call.accounts.size() >= 2 &&
            call.accounts[0] == 0 && call.accounts[1] < is_ours_.size()) {
            pay(call.accounts[1], solana::decode_system_instruction(call.data));
        }
    }

    // From the wallet, the fee payer, to account `to`. What is gone again afterwards, as wrapped
    // SOL is, was opened for nobody else; what is open already is only paid. Lamports alone open an
    // account, too: the first that come are its rent, and nothing less would let it stay.
    void pay(std::size_t to, const solana::SystemInstruction& payment) {
        namespace si = solana::system_instruction;
        if (is_ours_[to] || after(to) == 0) {
            return;
        }
        Lamports rent;
        if (const auto* created = std::get_if<si::CreateAccount>(&payment)) {
            rent = created->lamports;
        } else if (const auto* seeded = std::get_if<si::CreateAccountWithSeed>(&payment)) {
            rent = seeded->lamports;
        } else if (const auto* moved = std::get_if<si::Transfer>(&payment);
                   moved != nullptr &&
                   (is_preparing_ || (before(to) == 0 && opened_.insert(to).second))) {
            rent = moved->lamports;
        }
        rent_ += rent;
        rent_named_ += is_named_[to] ? rent : Lamports{};
    }

    const rpc::TransactionDetail& transaction_;
    std::vector<bool> is_ours_, is_named_;  // By account. Tip accounts count as ours.
    std::set<std::size_t> opened_;
    bool is_preparing_ = false;
    Lamports rent_, rent_named_;
};

}  // namespace

Result<Fill> order_fill_of(const rpc::TransactionDetail& transaction, const Pubkey& wallet,
                           std::span<const Pubkey> tip_accounts) {
    auto fill = fill_of(transaction, wallet, tip_accounts);
    if (!fill || transaction.instructions.empty() || !transaction.error.empty()) {
        return fill;
    }
    const SwapReader swaps{transaction, wallet, tip_accounts};
    fill->rent_of_others = swaps.rent_of_others();
    // One base unit of wrapped SOL that stays in our account of it is a lamport that left the
    // wallet for it.
    const i128 wrapped = change_of(*fill, solana::kWrappedSolMint).raw();
    const i128 rest = i128{principal_of(*fill).raw()} + wrapped + swaps.swapped();
    fill->unexplained = LamportsDelta{static_cast<std::int64_t>(rest)};
    return fill;
}

}  // namespace sniperforge::execute
