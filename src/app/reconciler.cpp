// SPDX-License-Identifier: MIT
#include "app/reconciler.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/boot.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// Between two comparisons of doubted books with the chain.
constexpr Duration kCompareInterval = std::chrono::seconds{10};
// Between two looks at the finalized height after a power cut.
constexpr Duration kHorizonInterval = std::chrono::seconds{2};
// A blockhash is valid for so many blocks.
constexpr std::uint64_t kBlockhashBlocks = 150;

// While trading: a check each minute, and one after fills became final, but not more often than
// this. Three cheap calls each.
constexpr Duration kCheckInterval = std::chrono::seconds{60};
constexpr Duration kCheckPause = std::chrono::seconds{10};
// A reading whose parts are of slots with a fill between them is taken again.
constexpr Duration kCheckRetry = std::chrono::seconds{2};
// An order needs 182 blocks to be final or expired, some 75 s. What has no outcome after this much
// has none to be waited for: a new reading is taken.
constexpr Duration kCheckPatience = std::chrono::seconds{180};

}  // namespace

Reconciler::Reconciler(net::Reactor& reactor, rpc::RpcClient& rpc, engine::Pipeline& pipeline,
                       execute::Executor& executor, signer::OwnAccounts& own,
                       engine::Recorder& recorder, EarlierRuns earlier)
    : reactor_{reactor},
      rpc_{rpc},
      pipeline_{pipeline},
      executor_{executor},
      own_{own},
      recorder_{recorder},
      earlier_{earlier} {}

void Reconciler::on_tick(MonoTime now) {
    if (pipeline_.is_reconciliation_due()) {
        pipeline_.end_check();  // What follows is stricter.
        advance_comparison(now);
    } else {
        advance_check(now);
    }
}

// ---- While trading ----

void Reconciler::advance_check(MonoTime now) {
    if (check_due_.ns == 0) {
        check_due_ = now + kCheckInterval;
        check_allowed_ = now + kCheckPause;
    }
    if (pipeline_.portfolio().check()) {
        return judge_check(now);
    }
    const std::uint64_t fills = pipeline_.portfolio().ledger().fills_finalized();
    const bool is_wanted = now >= check_due_ || (fills != fills_checked_ && now >= check_allowed_);
    if (is_reading_ || !is_wanted) {
        return;
    }
    fills_checked_ = fills;
    check_due_ = now + kCheckInterval;
    check_allowed_ = now + kCheckPause;
    read_for_check();
}

void Reconciler::read_for_check() {
    is_reading_ = true;
    // Not older than what is final in the books: those fills carry no slot any more.
    read_balances(rpc_, own_.wallet(),
                  {.commitment = Commitment::Finalized,
                   .context_slot_min = pipeline_.portfolio().slot_finalized()},
                  [this](Result<portfolio::ChainBalances> chain) {
                      is_reading_ = false;
                      // A node that does not say of which slot its answer is proves nothing.
                      if (!chain || chain->slots.oldest == Slot{}) {
                          check_due_ = reactor_.now() + kCheckPause;
                          return;
                      }
                      check_begun_ = reactor_.now();
                      pipeline_.begin_check(*chain);
                  });
}

void Reconciler::judge_check(MonoTime now) {
    using Verdict = portfolio::BalanceCheck::Verdict;
    const portfolio::BalanceCheck& check = *pipeline_.portfolio().check();
    switch (check.verdict()) {
        case Verdict::Waiting:
            if (now - check_begun_ < kCheckPatience) {
                return;
            }
            check_due_ = now;
            break;
        case Verdict::Equal:
            ++checks_equal_;
            break;
        case Verdict::Different:
            if (const auto gift = check.gift()) {
                note_gifts(check.mismatches());
                pipeline_.take_in(*gift);
            } else {
                doubt(check.mismatches());
            }
            break;
        case Verdict::Inconclusive:
            check_due_ = now + kCheckRetry;
            break;
    }
    pipeline_.end_check();
}

// Whoever could stop us by sending us a lamport would.
void Reconciler::note_gifts(const std::vector<portfolio::BalanceMismatch>& mismatches) {
    for (const portfolio::BalanceMismatch& each : mismatches) {
        note(
            fmt::format("{}: the ledger has {}, the chain has {}: somebody sent us the difference; "
                        "it is taken over and belongs to no position",
                        each.account, each.expected, each.on_chain));
    }
}

void Reconciler::doubt(const std::vector<portfolio::BalanceMismatch>& mismatches) {
    log_mismatches(mismatches);
    for (const portfolio::BalanceMismatch& each : mismatches) {
        note(
            fmt::format("{}: the ledger has {}, the chain has {}, and no order of ours explains "
                        "it: no entries until they are equal, or a restart takes the chain's "
                        "figure over",
                        each.account, each.expected, each.on_chain));
    }
    pipeline_.books_differ();
}

// ---- Before anything is bought again ----

// Only when nothing is on its way: this comparison decides what the books go on with.
void Reconciler::advance_comparison(MonoTime now) {
    if (is_reading_ || now < compare_due_ || executor_.in_flight() > 0 ||
        executor_.statistics().unknown > 0 || executor_.fills_provisional() > 0) {
        return;
    }
    is_reading_ = true;
    if (earlier_.is_cut_by_power && !is_horizon_passed_) {
        compare_due_ = now + kHorizonInterval;
        return await_horizon();
    }
    compare_due_ = now + kCompareInterval;
    read_balances(
        rpc_, own_.wallet(),
        {.commitment = Commitment::Finalized,
         .context_slot_min = std::max(pipeline_.portfolio().slot_filled(), horizon_slot_)},
        [this,
         submitted = executor_.statistics().submitted](Result<portfolio::ChainBalances> chain) {
            is_reading_ = false;
            if (!chain || submitted != executor_.statistics().submitted) {
                return;  // Tried again.
            }
            on_quiet_balances(*chain);
        });
}

// What the power cut took from our files may have been signed and sent. A transaction lives 150
// blocks at most: once that many are final since we looked first, nothing unknown can land.
void Reconciler::await_horizon() {
    // What is being built on now: nothing that was signed before can land more than a
    // blockhash's life later.
    const Commitment asked = horizon_ ? Commitment::Finalized : Commitment::Processed;
    rpc_.get_chain_height(asked, [this](rpc::RpcResult<rpc::ChainHeight> chain) {
        is_reading_ = false;
        if (!chain) {
            return;  // Tried again.
        }
        if (!horizon_) {
            horizon_ = BlockHeight{chain->height.value + kBlockhashBlocks};
            return telemetry::warning("app",
                                      "the machine went down, or a sweep was cut, under an earlier "
                                      "run: nothing is bought "
                                      "until height {} is finalized, now {} is built",
                                      horizon_->value, chain->height.value);
        }
        is_horizon_passed_ = chain->height > *horizon_;
        horizon_slot_ = chain->slot;  // Balances of older slots may lack what landed late.
    });
}

void Reconciler::on_quiet_balances(const portfolio::ChainBalances& chain) {
    auto wrong = pipeline_.portfolio().ledger().reconcile(chain);
    const bool is_after_restart = is_unproven();
    const bool is_more = std::ranges::all_of(wrong, [](const portfolio::BalanceMismatch& each) {
        return each.on_chain > each.expected;
    });
    is_compared_ = true;
    if (!is_after_restart && !is_more) {
        pipeline_.books_differ();
        return log_mismatches(wrong);
    }
    if (!is_after_restart) {
        note_gifts(wrong);
        wrong.clear();
    }
    const bool is_adopting = is_after_restart || is_more;
    for (const portfolio::BalanceMismatch& each : wrong) {
        note(
            fmt::format("{}: the books of earlier runs have {}, the chain has {}: somebody "
                        "else moved it; the chain's figure is taken over",
                        each.account, each.expected, each.on_chain));
    }
    if (is_adopting) {
        pipeline_.adopt(chain);  // Also when nothing differs: the doubt of a cut ends here.
    }
    pipeline_.know_accounts(chain.accounts);
    know_accounts(own_, chain);
    note(fmt::format("after {} the ledger equals the chain's finalized balances: entries resume",
                     is_after_restart ? "the restart" : "a doubt"));
    pipeline_.reconciled();
}

void Reconciler::note(const std::string& text) {
    telemetry::warning("app", "{}", text);
    recorder_.record(engine::RunNote{text}, reactor_.wall_now());
}

void log_mismatches(const std::vector<portfolio::BalanceMismatch>& mismatches) {
    for (const auto& mismatch : mismatches) {
        telemetry::error("app", "ledger says {} for {}, the chain {}", mismatch.expected,
                         mismatch.account, mismatch.on_chain);
    }
}

}  // namespace sniperforge::app
