// SPDX-License-Identifier: MIT
// What the steps of a Jupiter route do beside their amounts: which way they trade, and what they
// make the wallet pay for.
#include "unit/signer/hostile_support.hpp"

namespace sniperforge::signer::test {
namespace {

using At = std::optional<std::size_t>;
using Changes = std::function<void(Route&)>;

inline const Where kBuyingRoutes{.kinds = {OrderKind::Entry}, .is_direct = false};
inline const Where kSellingRoutes{.kinds = {OrderKind::Exit}, .is_direct = false};

// `is_second`: as `route_v2`.
[[nodiscard]] Attack stepped(const Where& where, bool is_second, const std::string& name,
                             const Changes& change, const char* reason, bool is_whole) {
    return {(is_second ? "second form: " : "") + name, where,
            [=](Draft& d) -> At {
                if (is_second) {
                    d.route = d.route.second();
                }
                change(d.route);
                const std::size_t at = d.reroute();
                return is_whole ? At{} : At{at};
            },
            reason};
}

// One step that takes all, of each form.
[[nodiscard]] Bytes lone_step(const Route& route, std::uint8_t variant) {
    return route.is_second ? Bytes{variant, 0x10, 0x27, 0, 1} : Bytes{variant, 100, 0, 1};
}
// Two that share it.
[[nodiscard]] Bytes two_steps(const Route& route, std::uint8_t variant) {
    return route.is_second ? Bytes{variant, 0x88, 0x13, 0, 1, variant, 0x88, 0x13, 0, 1}
                           : Bytes{variant, 50, 0, 1, variant, 50, 0, 1};
}

// An entry whose token is of Token-2022, as one route of each form.
[[nodiscard]] Attack paid_under_2022(HostileTest& t, std::size_t form, const std::string& name,
                                     const std::function<void(Draft&)>& change,
                                     const char* reason) {
    const char* const kForms[] = {"", "second form: ", "over shared accounts: "};
    return {kForms[form] + name, kBuyingRoutes,
            [=, &t](Draft& d) -> At {
                d.route = form == 0 ? d.route : d.route.second(form == 2);
                d.route.destination =
                    t.signer.own_accounts().account(kToken, solana::kToken2022Program);
                d.route.token_program_out = solana::kToken2022Program;
                d.policy.transfer_fee_out = TransferFeeMax{};
                const std::size_t at = d.reroute();
                const auto before = t.judge(d);
                EXPECT_FALSE(before) << "the honest one: " << before->text();
                change(d);
                return at;
            },
            reason};
}

}  // namespace

std::vector<Attack> attacks_by_steps(HostileTest& test) {
    std::vector<Attack> all;
    for (const std::size_t form : {0U, 1U, 2U}) {
        all.push_back(paid_under_2022(
            test, form, "pays a mint whose transfer takes a unit off the floor",
            [](Draft& d) {
                d.policy.transfer_fee_out = TransferFeeMax{BasisPoints{1}, TokenAmount{1}};
            },
            "guarantees 9499 < 9500"));
        all.push_back(paid_under_2022(
            test, form, "pays a mint of which nobody has read what a transfer takes",
            [](Draft& d) { d.policy.transfer_fee_out.reset(); }, "nobody has read"));
    }
    for (const bool is_second : {false, true}) {
        const auto on_curve = [](std::uint8_t variant) {
            return [=](Route& r) {
                r.steps = lone_step(r, variant);
                r.venues = {solana::kPumpCurveProgram};
            };
        };
        const auto twice_on_pump_swap = [](std::uint8_t variant) {
            return [=](Route& r) {
                r.steps = two_steps(r, variant);
                r.step_count = 2;
                r.venues = {solana::kPumpSwapProgram, solana::kPumpSwapProgram};
            };
        };
        all.push_back(stepped(kSellingRoutes, is_second,
                              "a lone step that buys on the curve in an order that sells",
                              on_curve(112), "step 0 buys on the curve", false));
        all.push_back(stepped(kBuyingRoutes, is_second,
                              "a lone step that sells on the curve in an order that buys",
                              on_curve(113), "step 0 sells on the curve", false));
        all.push_back(stepped(kBuyingRoutes, is_second,
                              "a step on the curve that makes accounts beyond the order",
                              on_curve(112), "the order allows", true));
        all.push_back(stepped(kBuyingRoutes, is_second,
                              "steps on PumpSwap that make accounts beyond the order",
                              twice_on_pump_swap(99), "the order allows", true));
        all.push_back(stepped(kSellingRoutes, is_second,
                              "sales that claim cashback and make accounts beyond the order",
                              twice_on_pump_swap(148), "the order allows", true));
    }
    return all;
}

}  // namespace sniperforge::signer::test
