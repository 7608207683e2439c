// SPDX-License-Identifier: MIT
#include "app/withdrawal_courier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "app/await_answer.hpp"
#include "sniperforge/execute/fill.hpp"

namespace sniperforge::app {
namespace {

// For a height to be believed, and then for a blockhash that is held against it.
constexpr Duration kBlockhashPatience = std::chrono::seconds{15};
constexpr Duration kBlockhashRetry = std::chrono::milliseconds{400};

// Its rent is back: it is not to be made again.
void forget_closed(std::vector<Pubkey>& tables, const Withdrawal& carried) {
    const engine::WithdrawalSettled& settled = *carried.settled;
    if (carried.signed_as.upkept == engine::UpkeptAccount::LookupTable &&
        settled.outcome == Outcome::Landed && !settled.fill.rent_refunded.is_zero()) {
        std::erase(tables, carried.signed_as.destination);
    }
}

}  // namespace

void let_pass(net::Reactor& reactor, Duration duration) {
    bool is_over = false;
    reactor.schedule_after(duration, [&] {
        is_over = true;
        reactor.stop();
    });
    while (!is_over) {
        reactor.run();
    }
}

WithdrawalCourier::WithdrawalCourier(net::Reactor& reactor, rpc::RpcClient& rpc, WalletHands hands,
                                     const CourierOptions& options)
    : reactor_{reactor},
      rpc_{rpc},
      hands_{hands},
      options_{options},
      deadline_{reactor.now() + options.patience},
      finalized_{reactor, rpc, Commitment::Finalized},
      since_{reactor.now()} {}

bool WithdrawalCourier::is_over() const {
    return reactor_.now() >= deadline_ ||
           (options_.is_stop_requested && options_.is_stop_requested());
}

Result<std::vector<Withdrawal>> WithdrawalCourier::settle_earlier() {
    engine::History& history = hands_.history;
    std::vector<Withdrawal> earlier;
    for (const engine::WithdrawalSigned& open : history.withdrawals_open) {
        earlier.push_back({open, {}});
    }
    if (earlier.empty()) {
        return earlier;
    }
    options_.tell(fmt::format("{} transactions of a command that was cut are followed first",
                              earlier.size()));
    if (auto followed = follow(earlier); !followed) {
        return Err{followed.error()};
    }
    history.withdrawals_open.clear();
    for (const Withdrawal& each : earlier) {
        forget_closed(history.lookup_tables, each);
    }
    return earlier;
}

// Who hangs keeps the one who asks for as long as a request lasts: the others are heard meanwhile,
// so one of several is believed when its time has come.
void WithdrawalCourier::await_belief() {
    const MonoTime until = reactor_.now() + kBlockhashPatience;
    while (!finalized_.believed() && reactor_.now() < until && !is_over()) {
        finalized_.ask();
        let_pass(reactor_, kBlockhashRetry);
    }
}

Result<rpc::LatestBlockhash> WithdrawalCourier::latest_blockhash() {
    await_belief();
    const MonoTime until = reactor_.now() + kBlockhashPatience;
    for (std::size_t tries = 0;; ++tries) {
        finalized_.ask();
        const auto answer =
            await_answer<rpc::RpcResult<rpc::LatestBlockhash>>(reactor_, [&](auto done) {
                if (tries == 0) {
                    return rpc_.get_latest_blockhash(Commitment::Confirmed, std::move(done));
                }
                // The pool does not know whose answer was of no use.
                rpc_.get_latest_blockhash_from(tries % rpc_.readers(), Commitment::Confirmed,
                                               std::move(done));
            });
        if (!answer && tries == 0) {
            return fail(fmt::format("reading a blockhash: {}{}", answer.error().text(), kRunAgain));
        }
        if (answer && finalized_.can_be_fresh(answer->last_valid_height)) {
            return *answer;
        }
        // One that hangs may have taken the time of all: each is asked once.
        const bool is_time_over = reactor_.now() >= until && tries >= rpc_.readers();
        if (is_time_over || is_over()) {
            return fail(fmt::format(
                "reading a blockhash: {}, {}, and a new one is valid up to 150 above that and not "
                "many more{}",
                answer ? fmt::format("it is said to be valid up to height {}",
                                     answer->last_valid_height.value)
                       : answer.error().text(),
                finalized_.believed()
                    ? fmt::format("finalized is height {} as the endpoints tell it",
                                  finalized_.chain().height.value)
                    : "no endpoint has told which height is finalized",
                kRunAgain));
        }
        let_pass(reactor_, kBlockhashRetry);
    }
}

Result<void> WithdrawalCourier::carry(std::span<Withdrawal> all) {
    since_ = reactor_.now();
    // On disk before the first byte of it leaves.
    for (const Withdrawal& each : all) {
        if (!hands_.recorder.record(each.signed_as, reactor_.wall_now())) {
            return fail("the journal does not take it; nothing of it was sent");
        }
    }
    if (const auto written = hands_.recorder.flush(); !written) {
        return fail("writing to the journal", written.error());
    }
    for (Withdrawal& each : all) {
        send(each);
    }
    return follow(all);
}

Result<void> WithdrawalCourier::follow(std::span<Withdrawal> all) {
    await_outcomes(all);
    std::size_t open = 0;
    for (Withdrawal& each : all) {
        if (each.is_refused && !each.settled) {
            each.settled =
                engine::WithdrawalSettled{each.signed_as.signature, Outcome::Rejected, {}, {}};
        }
        if (!each.settled) {
            ++open;
            continue;
        }
        slot_settled_ = std::max(slot_settled_, each.settled->slot);
        hands_.recorder.record(*each.settled, reactor_.wall_now());
        (void)hands_.history.portfolio.withdraw(each.settled->fill, each.settled->slot,
                                                reactor_.wall_now());
    }
    if (const auto written = hands_.recorder.flush(); !written) {
        return fail("writing what became of it to the journal", written.error());
    }
    return open == 0 ? Result<void>{}
                     : fail(fmt::format("{} transactions were sent and are not final; run this "
                                        "again, it begins with them",
                                        open));
}

// To every endpoint, each looking at it first.
void WithdrawalCourier::send(Withdrawal& withdrawal) {
    const auto told = std::make_shared<std::optional<rpc::BroadcastResult>>();
    rpc_.broadcast_transaction(withdrawal.wire, false, nullptr,
                               [this, told](rpc::BroadcastResult result) {
                                   if (result.is_over() && !*told) {
                                       *told = std::move(result);
                                       reactor_.stop();
                                   }
                               });
    while (!*told) {
        reactor_.run();
    }
    if (!(*told)->accepted) {
        withdrawal.problem = (*told)->text();
    }
    withdrawal.is_refused = !withdrawal.is_seen && (*told)->is_refused();
}

// Until each is settled, or refused by every node that was asked, or it is time to stop.
void WithdrawalCourier::await_outcomes(std::span<Withdrawal> all) {
    MonoTime sent_at = reactor_.now();
    const auto is_open = [](const Withdrawal& each) { return !each.settled && !each.is_refused; };
    for (;;) {
        poll(all);
        if (std::ranges::none_of(all, is_open) || is_over()) {
            return;
        }
        let_pass(reactor_, options_.execution.status_poll_interval);
        if (reactor_.now() - sent_at < options_.execution.rebroadcast_interval) {
            continue;
        }
        sent_at = reactor_.now();
        for (Withdrawal& each : all) {
            // No leader takes it any more once its blockhash has expired. A node that refuses it
            // now may do so because it has landed: only the first answer says that it is nowhere.
            if (is_open(each) && !each.is_seen && !each.wire.empty() &&
                !finalized_.has_passed(each.signed_as.last_valid_height, since_)) {
                send(each);
                each.is_refused = false;
            }
        }
    }
}

bool WithdrawalCourier::await_height(BlockHeight height) {
    while (!finalized_.has_passed(height, since_)) {
        if (is_over()) {
            return false;
        }
        finalized_.ask();
        let_pass(reactor_, options_.execution.status_poll_interval);
    }
    return true;
}

void WithdrawalCourier::poll(std::span<Withdrawal> all) {
    finalized_.ask();
    std::vector<Signature> asked;
    for (const Withdrawal& each : all) {
        if (!each.settled && !each.is_refused) {
            asked.push_back(each.signed_as.signature);
        }
    }
    if (asked.empty()) {
        return;
    }
    const auto answer =
        await_answer<rpc::RpcResult<rpc::SignatureStatuses>>(reactor_, [&](auto done) {
            rpc_.get_signature_statuses(asked, rpc::StatusSearch::Recent, std::move(done));
        });
    if (!answer) {
        return;
    }
    for (Withdrawal& each : all) {
        const auto position = std::ranges::find(asked, each.signed_as.signature);
        if (position == asked.end()) {
            continue;
        }
        const auto& status = answer->statuses[static_cast<std::size_t>(position - asked.begin())];
        if (status) {
            on_status(each, *status);
        } else if (finalized_.has_passed(each.signed_as.last_valid_height, since_)) {
            search(each);
        }
    }
}

void WithdrawalCourier::on_status(Withdrawal& withdrawal, const rpc::SignatureStatus& status) {
    withdrawal.is_seen = withdrawal.is_seen || status.is_confirmed;
    if (status.is_finalized) {
        settle(withdrawal, status.slot);
    }
}

// Expired is what three answers and our own clock say: the finalized height, as it is believed of
// all nodes, is past its last valid one; a node that is as new knows it neither in its recent
// blocks nor in its history, and the ledger has no such transaction.
void WithdrawalCourier::search(Withdrawal& withdrawal) {
    const std::vector<Signature> asked{withdrawal.signed_as.signature};
    const auto answer =
        await_answer<rpc::RpcResult<rpc::SignatureStatuses>>(reactor_, [&](auto done) {
            rpc_.get_signature_statuses(asked, rpc::StatusSearch::History, finalized_.chain().slot,
                                        std::move(done));
        });
    if (!answer || answer->context_slot < finalized_.chain().slot) {
        return;
    }
    if (answer->statuses.front()) {
        return on_status(withdrawal, *answer->statuses.front());
    }
    const auto found = await_answer<rpc::RpcResult<std::optional<rpc::TransactionDetail>>>(
        reactor_, [&](auto done) {
            rpc_.get_transaction(
                withdrawal.signed_as.signature,
                {.commitment = Commitment::Confirmed, .context_slot_min = finalized_.chain().slot},
                std::move(done));
        });
    if (found && !*found) {
        withdrawal.settled =
            engine::WithdrawalSettled{withdrawal.signed_as.signature, Outcome::Expired, {}, {}};
        if (withdrawal.problem.empty()) {
            withdrawal.problem = "it expired: no leader took it";
        }
    }
}

// What moved is what the finalized transaction says.
void WithdrawalCourier::settle(Withdrawal& withdrawal, Slot slot) {
    const auto found = await_answer<rpc::RpcResult<std::optional<rpc::TransactionDetail>>>(
        reactor_, [&](auto done) {
            rpc_.get_transaction(withdrawal.signed_as.signature,
                                 {.commitment = Commitment::Finalized, .context_slot_min = slot},
                                 std::move(done));
        });
    if (!found || !*found) {
        return;  // Asked again.
    }
    auto fill = execute::fill_of(**found, options_.wallet, {}, withdrawal.signed_as.rent_account());
    if (!fill) {
        withdrawal.problem = fill.error().text;
        return;
    }
    const bool is_landed = (*found)->error.empty();
    withdrawal.problem = (*found)->error;
    withdrawal.settled = engine::WithdrawalSettled{withdrawal.signed_as.signature,
                                                   is_landed ? Outcome::Landed : Outcome::Reverted,
                                                   (*found)->slot, std::move(*fill)};
}

}  // namespace sniperforge::app
