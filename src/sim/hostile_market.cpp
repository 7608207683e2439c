// SPDX-License-Identifier: MIT
// Clients' transactions as a competitor sees them, and the sandwiches that he makes of them.
#include "sim/hostile_market.hpp"

#include <algorithm>

#include "sim/derived.hpp"
#include "sim/market_traders.hpp"
#include "sim/program_pump.hpp"
#include "sim/queued.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::size_t kClientsMax = 16;
constexpr Lamports kCompetitorLamports{1'000'000 * kLamportsPerSol};

Pubkey key_of(Rng rng) {
    Pubkey key;
    rng.fill(key.bytes);
    return key;
}

// A pool by its own key, or a curve by its coin's.
std::optional<PoolView> pool_at(const Chain& chain, const Pubkey& pool, const Pubkey& coin) {
    auto view = read_pool(chain, pool);
    return view ? view : read_curve(chain, coin);
}

// Tokens of b that a trade moves, as the pool's account of them: the vault, or the curve itself.
Pubkey account_of_b(const PoolView& pool) {
    struct Visitor {
        Pubkey operator()(const AmmV4PoolAddresses& a) const { return a.pc_vault; }
        Pubkey operator()(const CpmmPoolAddresses& a) const { return a.vault_1; }
        Pubkey operator()(const WhirlpoolView& a) const { return a.addresses.vault_b; }
        Pubkey operator()(const CurveView& a) const { return a.addresses.curve; }
        Pubkey operator()(const PumpSwapView& a) const { return a.addresses.quote_vault; }
    };
    return std::visit(Visitor{}, pool.addresses);
}

std::uint64_t amount_of_b(const PoolView& pool, const Account& account) {
    return pool.is_curve() ? pump::reserves_of(account.data).real_quote
                           : read_le<std::uint64_t>(account.data, 64);
}

}  // namespace

HostileMarket::HostileMarket(Chain& chain, const Rng& rng, FaultCounters& counters)
    : chain_{chain},
      sandwich_rng_{rng.fork(1)},
      rug_rng_{rng.fork(2)},
      counters_{counters},
      wallet_{key_of(rng.fork(3))} {}

void HostileMarket::before_queued(BytesView wire) {
    const auto transaction = solana::parse_transaction(wire);
    SF_ASSERT(transaction.has_value());  // The chain has checked it.
    const Pubkey& payer = transaction->message.account_keys.front();
    if (std::ranges::find(clients_, payer) == clients_.end()) {
        clients_.push_back(payer);
        if (clients_.size() > kClientsMax) {
            clients_.erase(clients_.begin());
        }
    }
    has_news_ = true;
    if (faults_.sandwich_probability <= 0 || !sandwich_rng_.chance(faults_.sandwich_probability)) {
        return;
    }
    if (const auto target = target_of(*transaction, wire)) {
        sandwich(*target);
    }
}

std::optional<HostileMarket::Target> HostileMarket::target_of(
    const solana::Transaction& transaction, BytesView wire) const {
    std::vector<PoolView> pools;
    std::vector<Pubkey> wanted;
    for (const Pubkey& key : keys_of(chain_, transaction.message)) {
        if (auto pool = pool_at(chain_, key, key)) {
            wanted.push_back(account_of_b(*pool));
            pools.push_back(std::move(*pool));
        }
    }
    if (pools.empty()) {
        return std::nullopt;
    }
    const auto outcome = chain_.simulate(wire, false, false, wanted);
    if (!outcome || outcome->error_json != "null") {
        return std::nullopt;  // There is nothing to gain.
    }
    for (std::size_t i = 0; i < pools.size(); ++i) {
        const Account* before = chain_.account(wanted[i]);
        const auto& after = outcome->accounts[i];
        if (before == nullptr || !after) {
            continue;
        }
        const std::uint64_t now = amount_of_b(pools[i], *before);
        const std::uint64_t then = amount_of_b(pools[i], *after);
        if (now != then) {
            return Target{pools[i], then < now};
        }
    }
    return std::nullopt;
}

std::uint64_t HostileMarket::held(const PoolView& pool, const Pubkey& mint) const {
    if (pool.is_curve() && mint == pool.mint_b) {
        const Account* account = chain_.account(wallet_);
        return account == nullptr ? 0 : account->lamports.raw();
    }
    const Account* account = chain_.account(mint);
    return account == nullptr
               ? 0
               : token_balance(chain_, derived_token_address(wallet_, mint, account->owner))
                     .value_or(0);
}

void HostileMarket::provide(const Pubkey& mint, std::uint64_t amount) {
    if (chain_.account(wallet_) == nullptr) {
        create_wallet(chain_, wallet_, kCompetitorLamports);
    }
    const Pubkey account = derived_token_address(wallet_, mint, chain_.account(mint)->owner);
    if (const auto balance = token_balance(chain_, account); !balance || *balance < amount) {
        create_token_account(chain_, wallet_, mint, TokenAmount{amount});
    }
}

bool HostileMarket::swap(const PoolView& pool, bool is_a_to_b, std::uint64_t amount) {
    const Pubkey& paid = is_a_to_b ? pool.mint_a : pool.mint_b;
    const Pubkey& received = is_a_to_b ? pool.mint_b : pool.mint_a;
    if (amount == 0 || !pool.is_tradable(chain_.slot_time().seconds()) ||
        !quote_in(pool, is_a_to_b, amount)) {
        return false;
    }
    provide(paid, amount);
    provide(received, 0);
    const auto account_of = [&](const Pubkey& mint) {
        return derived_token_address(wallet_, mint, chain_.account(mint)->owner);
    };
    const SwapParties parties{
        .user = wallet_, .source = account_of(paid), .destination = account_of(received)};
    return chain_.execute_unsigned(wallet_, {swap_in(pool, is_a_to_b, amount, 0, parties)})
        .has_value();
}

void HostileMarket::sandwich(const Target& target) {
    const PoolView& pool = target.pool;
    const double part = static_cast<double>(faults_.sandwich_bps) / 1e4;
    const PriceMove move =
        move_to(pool, target.is_a_to_b ? pool.price() * (1.0 - part) : pool.price() * (1.0 + part));
    const Pubkey& received = target.is_a_to_b ? pool.mint_b : pool.mint_a;
    provide(received, 0);
    const std::uint64_t before = held(pool, received);
    if (move.is_a_to_b != target.is_a_to_b || !swap(pool, move.is_a_to_b, move.amount_in)) {
        return;
    }
    const std::uint64_t after = held(pool, received);
    open_ = Open{pool.pool, pool.mint_a, target.is_a_to_b, after > before ? after - before : 0};
    counters_.count(FaultKind::Sandwich);
}

void HostileMarket::behind_queued() {
    const auto open = std::exchange(open_, std::nullopt);
    if (!open) {
        return;
    }
    if (const auto pool = pool_at(chain_, open->pool, open->coin)) {
        // A pool that the victim emptied keeps what he put in.
        static_cast<void>(swap(*pool, !open->is_a_to_b, open->received));
    }
}

}  // namespace sniperforge::sim
