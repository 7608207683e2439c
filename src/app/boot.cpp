// SPDX-License-Identifier: MIT
#include "app/boot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "app/daemon.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// Of it, what is left when a chain is called another one.
constexpr Duration kAgeMargin = std::chrono::seconds{12};
// A slot takes so long, and the only node must speak of a later one.
constexpr Duration kSecondReading = std::chrono::milliseconds{400};

// A token account of the wallet: what it holds, and whether it could be closed if it is the
// associated one.
void add_account(portfolio::ChainBalances& balances, const rpc::AccountData& account,
                 const Pubkey& wallet, const Pubkey& program) {
    const auto token = solana::decode_token_account(account.data);
    if (!token) {
        return;
    }
    balances.tokens[token->mint] += token->amount;
    if (token->is_native() ||
        account.pubkey != solana::associated_token_address(wallet, token->mint, program)) {
        return;
    }
    const auto extensions = solana::decode_account_extensions(account.data);
    const bool is_unclosable =
        !extensions || !extensions->transfer_fee_withheld.value_or(TokenAmount{}).is_zero() ||
        (token->is_frozen() && !token->amount.is_zero()) ||
        token->close_authority.value_or(wallet) != wallet;
    balances.accounts.push_back({token->mint, program, true, account.lamports, is_unclosable});
}

}  // namespace

Boot::Boot(net::Reactor& reactor, rpc::RpcClient& rpc, feed::Feed& feed, execute::OrderDesk& desk,
           engine::Pipeline& pipeline, const std::optional<BootWallet>& wallet, BootOptions options)
    : reactor_{reactor},
      rpc_{rpc},
      feed_{feed},
      desk_{desk},
      pipeline_{pipeline},
      wallet_{wallet},
      options_{std::move(options)},
      wallet_history_{reactor, rpc},
      genesis_{reactor, options_.endpoints, options_.request_timeout} {}

Boot::~Boot() { reactor_.cancel(timer_); }

void Boot::start(std::function<void(Result<void, BootFailure>)> done) {
    done_ = std::move(done);
    begin_step();
    rpc_.warm_up();
    for (const rpc::Endpoint& endpoint : options_.endpoints) {
        rpc_.exclude(endpoint.name);
        feed_.exclude(endpoint.name);
        if (wallet_) {
            wallet_->reader.exclude(endpoint.name);
        }
    }
    // Behind the event, which is the reader's.
    genesis_.start([this] {
        reactor_.cancel(timer_);
        timer_ = reactor_.schedule_at(reactor_.now(), [this] { await_genesis(); });
    });
    await_genesis();
}

void Boot::begin_step() {
    deadline_ = reactor_.now() + kStepDeadline;
    ++steps_;
}

void Boot::finish(Result<void, BootFailure> result) {
    if (const auto done = std::exchange(done_, {})) {
        done(std::move(result));
    }
}

void Boot::retry(const char* what, void (Boot::*step)(), Duration pause) {
    if (reactor_.now() >= deadline_) {
        return fail_with(
            fmt::format("{} did not succeed within {} s{}{}", what,
                        std::chrono::duration_cast<std::chrono::seconds>(kStepDeadline).count(),
                        problem_.empty() ? "" : ": ", problem_));
    }
    timer_ = reactor_.schedule_after(pause, [this, step] { (this->*step)(); });
}

void Boot::await_genesis() {
    if (!done_) {
        return;  // It has ended.
    }
    const std::vector<EndpointGenesis>& answers = genesis_.answers();
    for (const EndpointGenesis& each : answers) {
        if (!each.hash || !wallet_ ||
            is_mainnet(*each.hash) == (options_.provenance == Provenance::Live)) {
            continue;
        }
        return refuse(
            options_.provenance == Provenance::Live
                ? fmt::format("endpoint {} serves another chain than Solana mainnet, which it "
                              "served a moment ago",
                              each.endpoint)
                : fmt::format("endpoint {} serves Solana mainnet: this run signs for a test chain "
                              "and never trades there; point it at a test cluster",
                              each.endpoint));
    }
    if (auto one = check_one_chain(answers); !one) {
        return fail_with(one.error().text);
    }
    if (!genesis_.is_settled()) {
        problem_ = untold(answers);
        return retry("reading the genesis hash of the endpoints", &Boot::await_genesis);
    }
    genesis_hash_ = genesis_of(answers);
    genesis_.keep_to(genesis_hash_, [this](const std::string& endpoint) {
        rpc_.admit(endpoint);
        feed_.admit(endpoint);
        if (wallet_) {
            wallet_->reader.admit(endpoint);
        }
    });
    desk_.start();
    begin_step();
    know_creators();
    if (options_.history.has_ledger()) {
        resume();
    } else {
        wallet_ ? fund() : open_on_paper();
    }
}

void Boot::open_on_paper() {
    pipeline_.start({options_.paper_balance, {}}, genesis_hash_);
    hold_again();
    list_pools();
}

// The books begin here; what stood against entries does not end with the old ones.
void Boot::hold_again() {
    engine::History& history = options_.history;
    if (!history.held.all().empty() || history.is_drawdown_accepted) {
        pipeline_.hold_again(std::move(history.held), history.is_drawdown_accepted);
    }
}

void Boot::resume() {
    if (options_.history.has_ledger() && options_.history.genesis != genesis_hash_) {
        return finish(Err{BootFailure{
            fmt::format("the state directory has the books of chain {}, the endpoints serve {}",
                        options_.history.genesis.to_string(), genesis_hash_.to_string()),
            true, true}});
    }
    // Of every endpoint: one that lags says nothing about the chain, and the highest decides.
    ages_ = std::make_shared<Ages>(Ages{.awaited = rpc_.readers()});
    for (std::size_t reader = 0; reader < rpc_.readers(); ++reader) {
        rpc_.get_chain_height_from(
            reader, Commitment::Confirmed,
            [this, weak = std::weak_ptr{ages_}](const rpc::RpcResult<rpc::ChainHeight>& chain) {
                if (!weak.expired()) {
                    on_age(chain);
                }
            });
    }
}

// A test cluster that was started anew has the same genesis. An endpoint that lags behind the one
// that told of the last fill is given the time to catch up.
void Boot::on_age(const rpc::RpcResult<rpc::ChainHeight>& chain) {
    const Slot slot_last = options_.history.slot_last;
    --ages_->awaited;
    if (chain) {
        ages_->newest = std::max(ages_->newest.value_or(chain->slot), chain->slot);
    } else {
        problem_ = chain.error().text();
    }
    const std::optional<Slot> newest = ages_->newest;
    if (newest && *newest >= slot_last) {
        ages_.reset();
        return go_on();
    }
    if (ages_->awaited > 0) {
        return;
    }
    ages_.reset();
    if (!newest) {
        return retry("reading the height of the chain", &Boot::resume);
    }
    if (deadline_ - reactor_.now() > kAgeMargin) {
        timer_ = reactor_.schedule_after(kRetryDelay, [this] { resume(); });
        return;
    }
    finish(Err{BootFailure{
        fmt::format("the books have a fill in slot {}, and the chain is at slot {} only: it "
                    "is another one",
                    slot_last.value, newest->value),
        true}});
}

void Boot::go_on() {
    if (wallet_) {
        know_accounts(wallet_->own, options_.history);
    }
    if (const auto past = options_.history.past()) {
        pipeline_.note_past(*past);
    }
    pipeline_.resume(std::move(options_.history), genesis_hash_);
    if (!wallet_) {
        pipeline_.reconciled();  // On paper the books are all there is.
    }
    list_pools();
}

// Only what is missing: money that comes after the books were opened would look like an error.
void Boot::fund() {
    if (options_.funding.is_zero()) {
        return await_funds();
    }
    // Also what a process that was killed at once has asked for: it is on its way.
    rpc_.get_balance(wallet_->own.wallet(), {.commitment = Commitment::Processed},
                     [this](rpc::RpcResult<rpc::Balance> has) {
                         if (!has) {
                             problem_ = has.error().text();
                             return retry("reading the wallet's balance", &Boot::fund);
                         }
                         if (has->lamports >= options_.funding) {
                             return await_funds();
                         }
                         rpc_.request_airdrop(
                             wallet_->own.wallet(), options_.funding,
                             [this](rpc::RpcResult<Signature> sent) {
                                 if (!sent) {
                                     return fail_with("asking the cluster's faucet for funds: " +
                                                      sent.error().text());
                                 }
                                 begin_step();
                                 await_funds();
                             });
                     });
}

void Boot::await_funds() {
    // Confirmed, because fills are added at confirmed: finalized balances would lack what the last
    // 32 slots brought, for good; processed ones may hold what never happens.
    wallet_->reader.read(
        wallet_->own.wallet(), {.commitment = Commitment::Confirmed},
        [this](const Result<BalanceReader::Reading>& reading) { on_balances(reading); });
}

void Boot::on_balances(const Result<BalanceReader::Reading>& reading) {
    const bool is_funded = reading && reading->balances.wallet >= options_.funding &&
                           !reading->balances.wallet.is_zero();
    if (is_funded && options_.history.has_books()) {
        return resume();
    }
    if (is_funded && is_without_past(reading->balances)) {
        return look_back(reading->balances);
    }
    if (is_funded && opening_.add(*reading)) {
        warn_of_absent(*reading);
        return look_back(reading->balances);
    }
    if (is_funded) {
        problem_ = opening_.problem(
            [this](std::size_t endpoint) { return wallet_->reader.name(endpoint); });
    } else {
        problem_ = reading
                       ? fmt::format("the wallet holds {} lamports", reading->balances.wallet.raw())
                       : reading.error().text;
    }
    if (is_funded && wallet_->reader.is_awaiting()) {
        await_absent();
    }
    const auto* const most = opening_.most();
    if (most == nullptr) {
        return retry("waiting for the wallet's funds", &Boot::await_funds);
    }
    if (options_.is_flattening && reactor_.now() >= deadline_) {
        telemetry::warning("app", "the wallet's balances are those of one reading: {}", problem_);
        return look_back(*most);
    }
    retry("reading the wallet's balances twice alike", &Boot::await_funds, kSecondReading);
}

// The others may agree without it meanwhile. The step begins when its time is over.
void Boot::await_absent() {
    begin_step();
    if (!std::exchange(is_absent_told_, true)) {
        telemetry::warning(
            "app",
            "no file here knows what the wallet holds, and endpoint {} has not told its genesis "
            "hash: where the others do not agree it is waited for, {} s at most",
            wallet_->reader.excluded(), BalanceReader::kAbsentAfter / std::chrono::seconds{1});
    }
}

void Boot::warn_of_absent(const BalanceReader::Reading& reading) const {
    const std::string absent = wallet_->reader.excluded();
    if (reading.is_alone && !absent.empty()) {
        telemetry::warning(
            "app",
            "the books are opened with what endpoint {} alone tells, as {} did not tell its "
            "genesis "
            "hash within {} s: what that one leaves out is in no position. Compare the positions "
            "with an explorer; `rescue flatten --adopted` sells what is in no book",
            wallet_->reader.name(reading.endpoint), absent,
            BalanceReader::kAbsentAfter / std::chrono::seconds{1});
    }
}

void Boot::await_sight() {
    const feed::FeedStatistics feed = feed_.statistics();
    const bool is_book_read = !feed.is_blind && feed.accounts_new == 0;
    // Without a price of SOL the gate refuses entries. Exits need none: who holds something, or may
    // have bought it, does not wait for it.
    const portfolio::Portfolio& books = pipeline_.portfolio();
    const bool is_priced = !pipeline_.sol_price().is_zero() || !books.positions().empty() ||
                           !books.orders_in_flight().empty();
    if (is_book_read && desk_.is_ready() && is_priced) {
        pipeline_.go_live();
        return finish({});
    }
    const std::string missing = desk_.is_ready() ? "all is known that an order needs"
                                : wallet_
                                    ? wallet_->executor.missing()
                                    : "no rent of a token account "
                                      "(getMinimumBalanceForRentExemption; the log has the error)";
    const std::string trouble =
        feed.is_blind && !feed.socket_trouble.empty()
            ? fmt::format(" ({}. {})", feed.socket_trouble, feed::kPubsubUrlAdvice)
            : "";
    problem_ = fmt::format("feed {}{}, {} accounts not read yet{}{}, {}, SOL/USD {}",
                           feed.is_blind ? "blind" : "sees", trouble, feed.accounts_new,
                           feed.accounts_new > 0 && !feed.unread_reason.empty() ? ": " : "",
                           feed.accounts_new > 0 ? feed.unread_reason : "", missing,
                           pipeline_.sol_price().is_zero() ? "unknown" : "known");
    retry("waiting for the first market data", &Boot::await_sight);
}

void know_accounts(signer::OwnAccounts& own, const engine::History& history) {
    for (const PositionView& position : history.portfolio.positions()) {
        (void)own.account(position.mint, solana::kTokenProgram);
    }
    for (const engine::SignedOrder& order : history.orders_open) {
        (void)own.account(order.intent.mint_out, solana::kTokenProgram);
    }
}

void know_accounts(signer::OwnAccounts& own, const portfolio::ChainBalances& balances) {
    for (const OwnTokenAccount& account : balances.accounts) {
        (void)own.account(account.mint, account.token_program);
    }
}

void read_balances(rpc::RpcClient& rpc, const Pubkey& wallet, const rpc::ReadOptions& options,
                   std::function<void(Result<portfolio::ChainBalances>)> done) {
    constexpr int kParts = 3;
    struct Reading {
        portfolio::ChainBalances balances;
        std::function<void(Result<portfolio::ChainBalances>)> done;
        int outstanding = kParts;
        bool is_failed = false;

        void arrived(const char* method, const rpc::RpcError* error, Slot slot) {
            if (is_failed) {
                return;
            }
            if (error != nullptr) {
                is_failed = true;
                return done(fail(
                    fmt::format("reading the wallet's balances by {}: {}", method, error->text())));
            }
            auto& [oldest, newest] = balances.slots;
            oldest = outstanding == kParts ? slot : std::min(oldest, slot);
            newest = std::max(newest, slot);
            if (--outstanding == 0) {
                done(std::move(balances));
            }
        }
    };
    const auto reading = std::make_shared<Reading>();
    reading->done = std::move(done);
    rpc.get_balance(wallet, options, [reading](rpc::RpcResult<rpc::Balance> balance) {
        reading->balances.wallet = balance ? balance->lamports : Lamports{};
        reading->arrived("getBalance", balance ? nullptr : &balance.error(),
                         balance ? balance->context_slot : Slot{});
    });
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        rpc.get_token_accounts_by_owner(
            wallet, program, options,
            [reading, wallet, program](rpc::RpcResult<rpc::KeyedAccounts> found) {
                if (found) {
                    for (const auto& account : found->accounts) {
                        add_account(reading->balances, account, wallet, program);
                    }
                }
                reading->arrived("getTokenAccountsByOwner", found ? nullptr : &found.error(),
                                 found ? found->context_slot : Slot{});
            });
    }
}

}  // namespace sniperforge::app
