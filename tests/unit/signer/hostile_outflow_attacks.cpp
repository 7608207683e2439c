// SPDX-License-Identifier: MIT
// What an order is said to be about, where it is the caller who lies: tokens that leave for
// anything but SOL, and those that leave for nothing.
#include "sniperforge/solana/program_ids.hpp"
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;

inline const Where kEntriesOnly{.kinds = {OrderKind::Entry}, .is_through_jupiter = false};
inline const Where kExitsOnly{.kinds = {OrderKind::Exit}, .is_through_jupiter = false};

// The swap pays with, or pays out, another token of ours, as the policy says it should.
[[nodiscard]] At pay_with(HostileTest& t, Draft& d, const Pubkey& mint) {
    d.policy.mint_in = mint;
    PoolSwap swap = t.direct_swap(d.kind);
    swap.source = t.own(mint);
    (void)d.replace(d.at_swap(), d.kind == OrderKind::Entry ? swap.amm_v4() : swap.cpmm());
    return {};
}
[[nodiscard]] At pay_out(HostileTest& t, Draft& d, const Pubkey& mint) {
    d.policy.mint_out = mint;
    PoolSwap swap = t.direct_swap(d.kind);
    swap.destination = t.own(mint);
    (void)d.replace(d.at_swap(), d.kind == OrderKind::Entry ? swap.amm_v4() : swap.cpmm());
    return {};
}

[[nodiscard]] std::vector<Attack> other_sides(HostileTest& t) {
    return {
        {"a purchase of worthless tokens that is paid with dollars", kEntriesOnly,
         [&](Draft& d) { return pay_with(t, d, solana::kUsdcMint); }, "an entry that spends EPj"},
        {"a purchase of worthless tokens that is paid with others of ours", kEntriesOnly,
         [&](Draft& d) { return pay_with(t, d, key_of(73)); }, "an entry that spends"},
        {"an entry that is a purchase of SOL", kEntriesOnly,
         [&](Draft& d) { return pay_out(t, d, kSol); }, "an entry that receives SOL"},
        {"a sale for worthless tokens", kExitsOnly,
         [&](Draft& d) { return pay_out(t, d, key_of(73)); }, "an exit that receives"},
        {"a purchase under the budget of the sales", kExitsOnly,
         [&](Draft& d) { return pay_with(t, d, kSol); }, "an exit that spends SOL"},
        {"a cycle that begins with dollars", kCyclesOnly,
         [](Draft& d) -> At {
             d.policy.mint_in = solana::kUsdcMint;
             return {};
         },
         "a cycle that spends EPj"},
        {"a cycle that ends in dollars", kCyclesOnly,
         [](Draft& d) -> At {
             d.policy.mint_out = solana::kUsdcMint;
             return {};
         },
         "a cycle that receives EPj"},
    };
}

[[nodiscard]] std::vector<Attack> kept_tokens(HostileTest& t) {
    const auto beside = [&t](const Pubkey& mint) {
        return [mint, &t](Draft& d) -> At {
            d.instructions.back().accounts.push_back(solana::writable(
                solana::associated_token_address(t.wallet(), mint, solana::kTokenProgram)));
            return d.instructions.size() - 1;
        };
    };
    return {
        {"a sale of a token that is kept", kExitsOnly,
         [&](Draft& d) { return pay_with(t, d, kKept); }, "signer.tokens_kept"},
        {"a purchase of a token that is kept", kEntriesOnly,
         [&](Draft& d) { return pay_out(t, d, kKept); }, "signer.tokens_kept"},
        {"a cycle that passes through a token that is kept", kCyclesOnly,
         [](Draft& d) -> At {
             d.policy.between[0].mint = kKept;
             return {};
         },
         "signer.tokens_kept"},
        {"our account of a kept token, named beside", kEverywhere, beside(kKept), "our account of"},
        {"our account of USDC, named beside", kEverywhere, beside(solana::kUsdcMint),
         "our account of"},
        {"our account of USDT, named beside", kEverywhere, beside(solana::kUsdtMint),
         "our account of"},
    };
}

}  // namespace

std::vector<Attack> attacks_by_outflow(HostileTest& test) {
    std::vector<Attack> attacks = other_sides(test);
    const auto kept = kept_tokens(test);
    attacks.insert(attacks.end(), kept.begin(), kept.end());
    return attacks;
}

}  // namespace sniperforge::signer::test
