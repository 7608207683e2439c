// SPDX-License-Identifier: MIT
// Boot: from nothing to trading, one step after the other: whose chain is it, what do we own, which
// pools are there, does the feed see. Each step has a deadline; a failure says which one it was.
// Where no file knows anything of the wallet, its history on the chain is asked (ADR 0022).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/balance_reader.hpp"
#include "app/genesis.hpp"
#include "app/opening_balances.hpp"
#include "app/rebuilt_books.hpp"
#include "app/wallet_history.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/portfolio/ledger.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/signer/own_accounts.hpp"

namespace sniperforge::app {

struct BootOptions {
    std::vector<Pubkey> pools;  // Empty: every pool of `venues` that the cluster lists.
    std::vector<VenueId> venues;
    Lamports funding;                         // Zero: the wallet must have its own.
    Lamports paper_balance{};                 // What books on paper begin with.
    Provenance provenance = Provenance::Sim;  // What the endpoints must serve.
    std::vector<rpc::Endpoint> endpoints;     // Those of the pool: each is asked for its chain.
    Duration request_timeout = std::chrono::seconds{5};
    // Of earlier runs in the same state directory; without a ledger the books begin here.
    engine::History history{};
    // Everything is to be sold: what cannot be found out about the past does not keep it.
    bool is_flattening = false;
};

// Why there is no trading.
struct BootFailure {
    std::string text;
    // The state directory is of another chain, or of an earlier life of this one.
    bool is_other_chain = false;
    // Nothing but a person changes that: another start would meet the same.
    bool is_refused = false;
};

// The wallet whose money it is; there is none on paper.
struct BootWallet {
    BalanceReader& reader;  // Outlives its calls.
    execute::Executor& executor;
    signer::OwnAccounts& own;
};

class Boot {
 public:
    Boot(net::Reactor& reactor, rpc::RpcClient& rpc, feed::Feed& feed, execute::OrderDesk& desk,
         engine::Pipeline& pipeline, const std::optional<BootWallet>& wallet, BootOptions options);

    ~Boot();
    Boot(const Boot&) = delete;
    Boot& operator=(const Boot&) = delete;

    // Calls `done` once: when trading may begin, or with what went wrong.
    void start(std::function<void(Result<void, BootFailure>)> done);
    // Where no file knew the wallet, and the chain did.
    [[nodiscard]] const std::optional<RebuiltBooks>& rebuilt() const { return rebuilt_; }
    // A number that grows with each step that it begins and with all that it reads.
    [[nodiscard]] std::uint64_t progress() const { return steps_ + wallet_history_.heard(); }

 private:
    static constexpr Duration kStepDeadline = std::chrono::seconds{20};
    static constexpr Duration kRetryDelay = std::chrono::milliseconds{100};

    void await_genesis();
    // What earlier runs saw of creators, if it was on this chain.
    void know_creators();
    void open_on_paper();
    void hold_again();
    void fund();
    void await_funds();
    void on_balances(const Result<BalanceReader::Reading>& reading);
    void await_absent();
    void warn_of_absent(const BalanceReader::Reading& reading) const;
    // A cluster in this process is new with it: its wallet has no past but what it holds.
    [[nodiscard]] bool is_without_past(const portfolio::ChainBalances& balances) const;
    // Whether orders of ours are on the chain that no file knows; then the books are rebuilt.
    void look_back(portfolio::ChainBalances balances);
    // With new balances.
    void look_again(Duration pause);
    void on_past(const portfolio::ChainBalances& balances, WalletPast past);
    void list_pools();
    void list_next_venue();
    void on_listed(const rpc::KeyedAccounts& listed);
    void on_unlisted(VenueId id, const rpc::RpcError& error);
    // The endpoints from this one on, each by itself, until one has some.
    void list_elsewhere(VenueId id, std::size_t endpoint);
    void on_none(VenueId id);
    void watch();
    void await_sight();
    void finish(Result<void, BootFailure> result);
    void fail_with(std::string text) { finish(Err{BootFailure{std::move(text)}}); }
    void refuse(std::string text) { finish(Err{BootFailure{std::move(text), false, true}}); }
    // Goes on with the books of earlier runs, if they are of this chain.
    void resume();
    void on_age(const rpc::RpcResult<rpc::ChainHeight>& chain);
    void go_on();
    void begin_step();
    // Runs `step` again soon; fails with `what` after the deadline.
    void retry(const char* what, void (Boot::*step)(), Duration pause = kRetryDelay);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    feed::Feed& feed_;
    execute::OrderDesk& desk_;
    engine::Pipeline& pipeline_;
    std::optional<BootWallet> wallet_;
    BootOptions options_;
    OpeningBalances opening_;
    bool is_absent_told_ = false;  // That somebody is waited for.
    WalletHistory wallet_history_;
    std::optional<RebuiltBooks> rebuilt_;
    unsigned histories_failed_ = 0;  // Readings that ended before all was asked for.
    unsigned overtaken_ = 0;         // Readings whose balances a later order may be in.
    GenesisReader genesis_;
    std::function<void(Result<void, BootFailure>)> done_;
    Hash genesis_hash_;
    std::size_t venues_listed_ = 0;  // Of the options', from the first on.
    std::string unlisted_;           // Those whose pools nobody lists, with the reason.
    std::vector<std::unique_ptr<rpc::RpcClient>> listers_;  // One of each endpoint, once needed.
    MonoTime deadline_;                                     // Of the step.
    std::uint64_t steps_ = 0;
    net::TimerId timer_ = 0;  // The next step's.
    std::string problem_;     // Of the last failed attempt.
    struct Ages {
        std::size_t awaited = 0;  // Endpoints.
        std::optional<Slot> newest{};
    };
    std::shared_ptr<Ages> ages_;  // While they are asked; an answer that comes later is none.
};

// The signer lets no order about another token touch the accounts that it knows. Of books before
// anything is signed: what they hold, and may have bought.
void know_accounts(signer::OwnAccounts& own, const portfolio::ChainBalances& balances);
void know_accounts(signer::OwnAccounts& own, const engine::History& history);

// The wallet's lamports and the sum of its token accounts by mint, both token programs. Three
// reads; each is of the slot that `options` ask for or a later one.
void read_balances(rpc::RpcClient& rpc, const Pubkey& wallet, const rpc::ReadOptions& options,
                   std::function<void(Result<portfolio::ChainBalances>)> done);

}  // namespace sniperforge::app
