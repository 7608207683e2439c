// SPDX-License-Identifier: MIT
// The one swap of an entry or an exit that goes through a pool by our own instructions.
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;

[[nodiscard]] Instruction built(const Draft& draft, const PoolSwap& swap) {
    return draft.kind == OrderKind::Entry ? swap.amm_v4() : swap.cpmm();
}

[[nodiscard]] Attack swapped(HostileTest& t, const char* name,
                             const std::function<void(PoolSwap&, const Draft&)>& change,
                             const char* reason) {
    return {name, kDirectOnly,
            [=, &t](Draft& d) {
                PoolSwap swap = t.direct_swap(d.kind);
                change(swap, d);
                return d.replace(d.at_swap(), built(d, swap));
            },
            reason};
}

[[nodiscard]] Attack instruction_changed(
    const char* name, const std::function<void(Instruction&, const Draft&)>& change,
    const char* reason) {
    return {name, kDirectOnly,
            [=](Draft& d) {
                const std::size_t at = d.at_swap();
                change(d.instructions[at], d);
                return at;
            },
            reason};
}

[[nodiscard]] const Pubkey& mint_out(const Draft& draft) {
    return draft.kind == OrderKind::Entry ? kToken : kSol;
}
[[nodiscard]] const Pubkey& mint_in(const Draft& draft) {
    return draft.kind == OrderKind::Entry ? kSol : kToken;
}

[[nodiscard]] std::vector<Attack> on_its_terms(HostileTest& t) {
    return {
        swapped(
            t, "a direct swap that may spend one unit more",
            [](PoolSwap& s, const Draft&) { s.first += 1; }, "may spend"),
        swapped(
            t, "a direct swap with a floor one unit lower",
            [](PoolSwap& s, const Draft&) { s.second -= 1; }, "guarantees"),
        swapped(
            t, "a direct swap without a floor", [](PoolSwap& s, const Draft&) { s.second = 0; },
            "guarantees 0"),
        swapped(
            t, "a direct swap that gives exactly so much for whatever it costs",
            [](PoolSwap& s, const Draft&) {
                s.is_exact_out = true;
                s.first = kU64Max;
            },
            "may spend"),
        swapped(
            t, "a direct swap that pays a stranger",
            [&t](PoolSwap& s, const Draft& d) { s.destination = t.strangers(mint_out(d)); },
            "pays out to"),
        swapped(
            t, "a direct swap that pays our account of the other token",
            [&t](PoolSwap& s, const Draft& d) { s.destination = t.own(mint_in(d)); },
            "pays out to"),
        swapped(
            t, "a direct swap out of a stranger's account",
            [&t](PoolSwap& s, const Draft& d) { s.source = t.strangers(mint_in(d)); },
            "spends from"),
        swapped(
            t, "a direct swap out of our account of a third token",
            [&t](PoolSwap& s, const Draft&) { s.source = t.own_other(); }, "our account of"),
        swapped(
            t, "a direct swap the other way round",
            [](PoolSwap& s, const Draft&) { std::swap(s.source, s.destination); }, "spends from"),
    };
}

[[nodiscard]] std::vector<Attack> on_its_form(HostileTest& t) {
    return {
        instruction_changed(
            "a direct swap on a stranger's authority",
            [](Instruction& i, const Draft& d) {
                i.accounts[d.kind == OrderKind::Entry ? 7 : 0] = solana::readonly(kStranger);
            },
            "swaps with the authority of"),
        instruction_changed(
            "a direct swap through a program one bit off its venue",
            [](Instruction& i, const Draft&) { i.program_id = look_alike(i.program_id); },
            "is not on the list of programs"),
        instruction_changed(
            "a direct swap with bytes behind it",
            [](Instruction& i, const Draft&) { i.data.push_back(0); },
            "not a swap in the form we know"),
        instruction_changed(
            "a direct swap with a further account",
            [](Instruction& i, const Draft&) { i.accounts.push_back(solana::writable(kStranger)); },
            "not a swap in the form we know"),
        {"a second direct swap", kDirectOnly,
         [&t](Draft& d) { return d.append(built(d, t.direct_swap(d.kind))); },
         "a second swap in an order for one"},
        {"an order without its direct swap", kDirectOnly,
         [](Draft& d) -> At {
             d.instructions.erase(d.instructions.begin() +
                                  static_cast<std::ptrdiff_t>(d.at_swap()));
             return {};
         },
         "0 swaps, expected 1"},
    };
}

}  // namespace

std::vector<Attack> attacks_by_direct_swaps(HostileTest& test) {
    std::vector<Attack> attacks = on_its_terms(test);
    for (const Attack& attack : on_its_form(test)) {
        attacks.push_back(attack);
    }
    return attacks;
}

}  // namespace sniperforge::signer::test
