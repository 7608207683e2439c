// SPDX-License-Identifier: MIT
#include "app/pool_accounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/live_pool.hpp"
#include "sniperforge/dex/swap_needs.hpp"
#include "sniperforge/signer/own_accounts.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// Which accounts an instruction names does not depend on its amount.
constexpr TokenAmount kAnyAmount{1'000'000};

class AccountList {
 public:
    AccountList(const Pubkey& wallet, PoolAccounts& out)
        : wallet_{wallet}, own_{wallet}, out_{out} {}

    void add(const dex::Pool& pool) {
        const std::array sides{std::pair{dex::mint_a(pool), dex::token_program_a(pool)},
                               std::pair{dex::mint_b(pool), dex::token_program_b(pool)}};
        std::array<Pubkey, 2> held;
        for (std::size_t i = 0; i < sides.size(); ++i) {
            const auto& [mint, program] = sides[i];
            held[i] = own_.account(mint, program);
            add(solana::associated_token_create_idempotent({wallet_, wallet_, mint, program},
                                                           held[i]));
        }
        for (const Direction direction : {Direction::AToB, Direction::BToA}) {
            const bool is_a_to_b = direction == Direction::AToB;
            add(dex::swap_exact_in(pool, direction, kAnyAmount, TokenAmount{1},
                                   {wallet_, held[is_a_to_b ? 0 : 1], held[is_a_to_b ? 1 : 0]}));
        }
        if (const auto before = dex::instruction_before_swap(pool, wallet_)) {
            add(*before);
        }
    }

 private:
    void add(const solana::Instruction& instruction) {
        for (const solana::AccountMeta& meta : instruction.accounts) {
            if (!meta.is_signer && meta.pubkey != wallet_ &&
                std::ranges::find(out_.accounts, meta.pubkey) == out_.accounts.end()) {
                out_.accounts.push_back(meta.pubkey);
            }
        }
    }

    const Pubkey& wallet_;
    signer::OwnAccounts own_;
    PoolAccounts& out_;
};

}  // namespace

PoolAccounts read_pool_accounts(net::Reactor& reactor, rpc::RpcClient& rpc, const Pubkey& wallet,
                                std::span<const Pubkey> pools) {
    PoolAccounts out;
    AccountList list{wallet, out};
    for (const Pubkey& key : pools) {
        const auto live = read_live_pool(reactor, rpc, key, {});
        if (!live) {
            out.problems.push_back(live.error().text);
        } else if (!dex::is_complete(live->pool())) {
            out.problems.push_back(fmt::format(
                "pool {}: an account that its quotes need is missing", key.to_string()));
        } else {
            list.add(live->pool());
        }
    }
    return out;
}

}  // namespace sniperforge::app
