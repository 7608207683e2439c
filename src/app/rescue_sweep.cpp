// SPDX-License-Identifier: MIT
#include "app/rescue_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/await_answer.hpp"
#include "app/boot.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/execute/withdrawal_builder.hpp"

namespace sniperforge::app {
namespace {

// Signed on one blockhash and followed together.
constexpr std::size_t kAccountsPerRound = 8;

class RescueSweep {
 public:
    RescueSweep(net::Reactor& reactor, rpc::RpcClient& rpc, WalletHands hands,
                const SweepOptions& options)
        : reactor_{reactor},
          rpc_{rpc},
          hands_{hands},
          options_{options},
          courier_{reactor, rpc, hands, options} {}

    [[nodiscard]] Result<SweepResult> run(
        const std::function<bool(const SweepReading&)>& is_confirmed) {
        if (auto settled = settle_earlier(); !settled) {
            return Err{settled.error()};
        }
        auto reading = read_sweep(reactor_, rpc_, options_, courier_.slot_settled());
        if (!reading) {
            return Err{reading.error()};
        }
        result_.reading = std::move(*reading);
        result_.left = result_.reading.plan.left;
        if (auto kept = check_kept(options_.keep, result_.reading.wallet_min); !kept) {
            return Err{kept.error()};
        }
        if (!is_confirmed(result_.reading)) {
            return std::move(result_);
        }
        result_.is_confirmed = true;
        if (auto moved = move_accounts(); !moved) {
            return cut(moved.error());
        }
        if (auto moved = move_lamports(); !moved) {
            return cut(moved.error());
        }
        return finish();
    }

 private:
    [[nodiscard]] std::unexpected<Error> cut(const Error& error) const {
        return fail(
            fmt::format("{}; moved before that, and in the journal: {} of {} token accounts",
                        error.text, result_.moved.size(), result_.reading.plan.items.size()));
    }

    // Whatever may still land does so first: what is read then is what there is.
    [[nodiscard]] Result<void> settle_earlier() {
        const engine::History& history = hands_.history;
        const auto earlier = courier_.settle_earlier();
        if (!earlier) {
            return Err{earlier.error()};
        }
        for (const Withdrawal& each : *earlier) {
            const bool is_withdrawal = each.signed_as.upkept == engine::UpkeptAccount::None;
            if (is_withdrawal && each.settled->outcome == Outcome::Landed) {
                result_.earlier.push_back(move_of(each));
            }
        }
        BlockHeight last;
        for (const engine::SignedOrder& order : history.orders_open) {
            if (order.signed_as.lease) {
                return fail(fmt::format(
                    "order {} of the last run is on nonce {}, and no block height ends it: run "
                    "`rescue flatten` first, which advances the nonce and learns what became of it",
                    order.intent.intent_id.value, order.signed_as.lease->account.to_string()));
            }
            last = std::max(last, order.signed_as.last_valid_height);
        }
        if (history.orders_open.empty()) {
            return {};
        }
        options_.tell(
            fmt::format("{} orders of the last run may still land until block {}: waiting",
                        history.orders_open.size(), last.value));
        if (!courier_.await_height(last)) {
            return fail("orders of the last run may still land; run this again in a minute");
        }
        return {};
    }

    // ---- Token accounts ----

    [[nodiscard]] Result<void> move_accounts() {
        const std::vector<SweepItem>& items = result_.reading.plan.items;
        std::size_t at = 0;
        while (at < items.size() && !courier_.is_over()) {
            const std::size_t count = std::min(round_size(items[at]), items.size() - at);
            if (auto moved = move_round(std::span{items}.subspan(at, count)); !moved) {
                return moved;
            }
            at += count;
        }
        for (; at < items.size(); ++at) {
            leave(items[at], "it was time to stop");
        }
        return {};
    }

    // The rent of each new account of the cold address is ours to lay out.
    [[nodiscard]] std::size_t round_size(const SweepItem& first) const {
        if (first.account.amount.is_zero()) {
            return kAccountsPerRound;
        }
        const Lamports each = account_cost();
        const std::uint64_t affordable = result_.reading.wallet.raw() / each.raw();
        return std::clamp<std::size_t>(affordable, 1, kAccountsPerRound);
    }
    [[nodiscard]] Lamports account_cost() const {
        return execute::withdrawal_fee(options_.execution.priority_price,
                                       execute::kAccountWithdrawalUnits)
            .saturating_add(result_.reading.token_account_rent);
    }

    [[nodiscard]] Result<void> move_round(std::span<const SweepItem> items) {
        const auto block = courier_.latest_blockhash();
        if (!block) {
            return Err{block.error()};
        }
        std::vector<Withdrawal> round;
        std::vector<const SweepItem*> of_round;
        for (const SweepItem& item : items) {
            Bytes message;
            const auto built = execute::build_withdrawal(
                message, item.account, message_options(block->blockhash, item.is_closing));
            if (!built) {
                leave(item, built.error().text);
                continue;
            }
            const signer::WithdrawalPolicy policy{
                item.account, {}, account_cost(), result_.reading.token_account_rent};
            auto signed_one = sign(message, policy, item.account.mint, item.holds, *block);
            if (!signed_one) {
                leave(item, signed_one.error().text);
                continue;
            }
            round.push_back(std::move(*signed_one));
            of_round.push_back(&item);
        }
        // Where one of them is open still, the others are booked all the same.
        const auto carried = courier_.carry(round);
        for (std::size_t i = 0; i < round.size(); ++i) {
            const SweepItem& item = *of_round[i];
            if (!round[i].settled) {
                continue;
            }
            if (round[i].settled->outcome == Outcome::Landed) {
                result_.moved.push_back({item.account.account, item.account.mint, item.holds,
                                         item.is_closing, round[i].signed_as.signature});
            } else {
                leave(item, round[i].problem);
            }
        }
        return carried;
    }

    void leave(const SweepItem& item, std::string reason) {
        result_.left.push_back(
            {item.account.account, item.account.mint, item.holds, std::move(reason)});
    }

    // ---- SOL ----

    [[nodiscard]] Result<void> move_lamports() {
        if (courier_.is_over()) {
            result_.left.push_back({{}, {}, {}, "it was time to stop before SOL was moved"});
            return {};
        }
        const auto balance = await_answer<rpc::RpcResult<rpc::Balance>>(reactor_, [&](auto done) {
            rpc_.get_balance(
                options_.wallet,
                {.commitment = Commitment::Finalized, .context_slot_min = courier_.slot_settled()},
                std::move(done));
        });
        if (!balance) {
            return fail("reading the wallet's balance: " + balance.error().text() +
                        ": SOL was not moved; run this again");
        }
        const Lamports fee = execute::withdrawal_fee(options_.execution.priority_price,
                                                     execute::kLamportsWithdrawalUnits);
        const Lamports lamports =
            balance->lamports.saturating_sub(options_.keep).saturating_sub(fee);
        if (lamports.is_zero()) {
            return {};  // Nothing beyond what is kept, and what moving it would cost.
        }
        const auto block = courier_.latest_blockhash();
        if (!block) {
            return Err{block.error()};
        }
        Bytes message;
        if (auto built = execute::build_withdrawal(message, lamports,
                                                   message_options(block->blockhash, false));
            !built) {
            return built;
        }
        const TokenAmount amount{lamports.raw()};
        auto signed_one = sign(message, {{}, lamports, fee, {}}, {}, amount, *block);
        if (!signed_one) {
            result_.left.push_back({{}, {}, amount, signed_one.error().text});
            return {};
        }
        if (auto carried = courier_.carry({&*signed_one, 1}); !carried) {
            return carried;
        }
        if (signed_one->settled->outcome == Outcome::Landed) {
            result_.moved.push_back(move_of(*signed_one));
        } else {
            result_.left.push_back({{}, {}, amount, signed_one->problem});
        }
        return {};
    }

    // ---- Each of them ----

    [[nodiscard]] static SweepMove move_of(const Withdrawal& withdrawal) {
        return {{},
                withdrawal.signed_as.mint,
                withdrawal.signed_as.amount,
                false,
                withdrawal.signed_as.signature};
    }

    [[nodiscard]] execute::WithdrawalOptions message_options(const Hash& blockhash,
                                                             bool is_closing) const {
        return {options_.wallet, options_.cold, options_.execution.priority_price, blockhash,
                is_closing};
    }

    [[nodiscard]] Result<Withdrawal> sign(BytesView message, const signer::WithdrawalPolicy& policy,
                                          const Pubkey& mint, TokenAmount amount,
                                          const rpc::LatestBlockhash& block) {
        Withdrawal withdrawal;
        const auto signature = hands_.signer.sign(withdrawal.wire, message, policy,
                                                  {reactor_.now(), reactor_.wall_now()});
        if (!signature) {
            return fail("the signer refuses it: " + signature.error().text());
        }
        const auto cost = hands_.signer.check(message, policy);
        SF_ASSERT(cost.has_value());  // It has just been signed.
        withdrawal.signed_as = {
            *signature, block.last_valid_height, options_.cold, mint, amount, {}, *cost};
        return withdrawal;
    }

    [[nodiscard]] Result<SweepResult> finish() {
        auto after = await_answer<Result<portfolio::ChainBalances>>(reactor_, [&](auto done) {
            read_balances(
                rpc_, options_.wallet,
                {.commitment = Commitment::Finalized, .context_slot_min = courier_.slot_settled()},
                done);
        });
        if (!after) {
            return fail("everything that could be moved was, but " + after.error().text);
        }
        result_.after = std::move(*after);
        leave_what_came();
        const engine::History& history = hands_.history;
        if (history.has_ledger() && history.orders_open.empty() &&
            history.fills_provisional.empty()) {
            result_.mismatches = history.portfolio.ledger().reconcile(result_.after);
        }
        return std::move(result_);
    }

    // What the wallet has now and nobody has given a reason for.
    void leave_what_came() {
        constexpr const char* kReason = "it came in while the sweep ran; run this again";
        const auto is_left = [&](const Pubkey& mint) {
            return std::ranges::any_of(result_.left,
                                       [&](const SweepLeft& each) { return each.mint == mint; });
        };
        for (const auto& [mint, amount] : result_.after.tokens) {
            if (!amount.is_zero() && !is_left(mint)) {
                result_.left.push_back({{}, mint, amount, kReason});
            }
        }
        const Lamports stays = options_.keep.saturating_add(execute::withdrawal_fee(
            options_.execution.priority_price, execute::kLamportsWithdrawalUnits));
        if (result_.after.wallet > stays && !is_left({})) {
            result_.left.push_back({{}, {}, TokenAmount{result_.after.wallet.raw()}, kReason});
        }
    }

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    WalletHands hands_;
    const SweepOptions& options_;
    WithdrawalCourier courier_;
    SweepResult result_;
};

}  // namespace

Result<SweepResult> run_sweep(net::Reactor& reactor, rpc::RpcClient& rpc, WalletHands hands,
                              const SweepOptions& options,
                              const std::function<bool(const SweepReading&)>& is_confirmed) {
    return RescueSweep{reactor, rpc, hands, options}.run(is_confirmed);
}

}  // namespace sniperforge::app
