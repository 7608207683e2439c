// SPDX-License-Identifier: MIT
// The inside of Feed. feed.cpp wires and tells apart; feed_copies.cpp decides which socket carries
// what; feed_coverage.cpp decides when we see; feed_pace.cpp judges sockets by their slots;
// feed_checks.cpp looks for what goes wrong without a word; feed_reads.cpp reads by RPC;
// feed_events.cpp has what is not state.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feed/account_tracker.hpp"
#include "feed/recent_accounts.hpp"
#include "feed/recent_signatures.hpp"
#include "feed/slot_gauge.hpp"
#include "feed/slot_tree.hpp"
#include "feed/socket.hpp"
#include "feed/watch.hpp"
#include "sniperforge/core/slot_clock.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/rpc/account_reader.hpp"

namespace sniperforge::feed {

inline constexpr std::string_view kLog = "feed";  // Of every line.

struct Feed::State final : SocketOwner {
    State(net::Reactor& reactor_in, rpc::RpcClient& rpc_in, const config::NetworkSettings& network,
          const config::FeedSettings& settings_in, FeedEvents& events_in);
    ~State() override;
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void start();
    void exclude(std::string_view endpoint);
    void admit(std::string_view endpoint);
    void watch(std::span<const Pubkey> accounts, Priority priority, bool is_together);
    void unwatch(std::span<const Pubkey> accounts);
    void set_priority(std::span<const Pubkey> accounts, Priority priority);
    void read_holdings(const Pubkey& owner, std::uint32_t tries);
    void watch_signature(const Signature& signature);
    void settings_changed(const config::FeedSettings& settings);
    void on_tick(MonoTime now);
    [[nodiscard]] bool is_blind() const { return statistics_.is_blind; }
    [[nodiscard]] FeedStatistics current_statistics() const;

 private:
    // Other copies of the account should tell a write of `slot` before long.
    struct Expectation {
        AccountIndex index = 0;
        Slot slot;
        std::uint64_t order = 0;
    };
    // The chain says something else than we hold; a notification may be on its way.
    struct Suspicion {
        AccountIndex index = 0;
        std::uint32_t epoch = 0;
        Slot held_slot;  // Of our state when it was compared.
        Slot read_slot;
        std::uint64_t order = 0;
    };

    // Who reads: what has to be known, and what is only compared.
    struct Backfill final : rpc::AccountSink {
        explicit Backfill(State& feed_in) : feed{feed_in} {}
        void on_account(const Pubkey& account, const rpc::AccountData* data, Slot slot) override {
            feed.on_read(account, data, slot);
        }
        void on_unread(const Pubkey& account, const rpc::RpcError& why) override {
            feed.on_unread(account, why);
        }
        State& feed;
    };
    struct Audit final : rpc::AccountSink {
        explicit Audit(State& feed_in) : feed{feed_in} {}
        void on_account(const Pubkey& account, const rpc::AccountData* data, Slot slot) override {
            --feed.audits_open_;
            feed.on_audited(account, data, slot);
        }
        // The next round will do: the pool counts its failures itself.
        void on_unread(const Pubkey&, const rpc::RpcError&) override { --feed.audits_open_; }
        State& feed;
    };

    // ---- SocketOwner ----
    void on_socket_update(Socket& socket, const ChainUpdate& update, std::uint32_t tag,
                          MonoTime received) override;
    void on_account_subscribed(Socket& socket, AccountIndex index) override;
    void on_account_refused(Socket& socket, AccountIndex index) override;
    void on_socket_lost(Socket& socket, const Error& reason) override;
    void on_socket_problem(const Error& problem) override { note_problem(problem.text); }

    void deliver(const ChainUpdate& update, MonoTime received);
    void on_account(Socket& socket, const AccountUpdate& update, AccountIndex index,
                    MonoTime received);
    void on_slot(Socket& socket, const SlotUpdate& update, MonoTime received);
    void offer_slot(const SlotUpdate& update, MonoTime received);
    void release_slot(bool is_due);
    void note_problem(std::string_view text);

    // ---- Copies: which socket carries what ----
    [[nodiscard]] std::size_t copies_wanted(const Watch& watch) const;
    // The copy counts as one, for now.
    [[nodiscard]] bool is_usable(const Watch& watch, const Copy& copy) const;
    [[nodiscard]] std::size_t endpoints_in_use(const Watch& watch) const;
    [[nodiscard]] bool is_same_endpoint(const Copy& a, const Copy& b) const;
    // Adds and drops copies until there are as many as wanted, as far as there is room.
    void maintain(AccountIndex index);
    void drop_surplus(AccountIndex index, std::size_t surplus);
    void ensure_read(AccountIndex index);
    [[nodiscard]] Socket* choose_socket(const Watch& watch, Priority priority);
    [[nodiscard]] bool is_leaders(const Watch& watch, const Socket& socket) const;
    [[nodiscard]] Socket* make_room(const Watch& watch, Priority priority);
    [[nodiscard]] bool may_carry(const Watch& watch, const Socket& socket) const;
    [[nodiscard]] bool has_room_for_one() const;
    bool add_copy(AccountIndex index, Socket& socket);
    void drop_copy(AccountIndex index, Copy& copy);
    void maintain_short();
    void give_up_lost_sockets(MonoTime now);
    void rebalance();
    bool move_copy(AccountIndex index, const Socket& from, Socket& to);

    // ---- Coverage: what is heard ----
    // Changes a watch and keeps count of where it stands.
    template <typename Change>
    void change(AccountIndex index, Change apply) {
        Watch& watch = watches_[index];
        const Standing before = standing_of(watch);
        apply(watch);
        note_standing(index, before, standing_of(watch));
    }
    void note_standing(AccountIndex index, Standing before, Standing after);
    // Tells the pipeline who is blind and who is heard again since the last time.
    void flush_standings(std::string_view reason);
    void account_blind_time();
    [[nodiscard]] std::size_t count(Standing standing) const {
        return standings_[static_cast<std::size_t>(standing)];
    }
    void activate(Socket& socket);
    void settle();
    void note_trouble(Socket& socket, std::string_view reason);
    void lose_copies(Socket& socket, Copy::Stage stage, std::string_view reason);
    void go_blind(std::string_view endpoint, std::string_view reason);
    void see_again();
    void on_fork(const SlotTree::Change& change);
    void advance();

    // ---- Pace: how sockets are doing ----
    [[nodiscard]] Duration stall_window() const;
    [[nodiscard]] std::size_t sockets_live() const;
    [[nodiscard]] bool is_plausible(Slot slot, MonoTime now) const;
    void begin_gauge(MonoTime now);
    void on_implausible(Socket& socket, Slot slot);
    void note_pace(Socket& socket);
    void fall_behind(Socket& socket, MonoTime now, std::string_view reason);
    void on_socket_live(Socket& socket);
    void stall(Socket& socket, std::string_view reason);
    void check_lag(MonoTime now);
    void check_silence(MonoTime now);
    void reconnect_silent(MonoTime now);
    void reopen(Socket& socket, std::string_view reason);

    // ---- Checks for what goes wrong without a word ----
    void expect(AccountIndex index, Slot slot);
    void check_expectations();
    void renew(AccountIndex index, Copy& copy);
    void audit(MonoTime now);
    void on_audited(const Pubkey& account, const rpc::AccountData* data, Slot slot);
    void check_suspicions();

    // ---- Reads ----
    void want_read(AccountIndex index, Slot slot_min);
    // What it should prove is void, or proven otherwise.
    void forget_read(AccountIndex index);
    void on_read(const Pubkey& account, const rpc::AccountData* data, Slot slot);
    void on_unread(const Pubkey& account, const rpc::RpcError& why);
    void read_again_later(AccountIndex index);
    void deliver_read(AccountIndex index, const rpc::AccountData* data, Slot slot);
    void advance_soon();
    bool deliver_holdings(const rpc::KeyedAccounts& found);
    void read_holdings_again(const Pubkey& owner, std::uint32_t tries, const std::string& problem);

    // ---- Events: programs, logs, signatures ----
    void on_program(std::size_t source, const AccountUpdate& update, MonoTime received);
    void on_logs(const LogsUpdate& update, std::uint32_t tag, MonoTime received);
    void on_signature(const SignatureUpdate& update, MonoTime received);
    void choose_event_sockets(MonoTime now);
    void subscribe_events(std::size_t place, bool is_subscribing);
    void subscribe_programs(std::size_t place, bool is_subscribing);
    void subscribe_logs(std::size_t place, bool is_subscribing);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    config::FeedSettings settings_;
    Duration reconnect_delay_max_;
    FeedEvents& events_;
    AccountTracker tracker_;
    SlotClock clock_;
    std::optional<SlotGauge> gauge_;  // Since the endpoints are counted.
    SlotTree tree_;
    struct HeldSlot {
        SlotUpdate update;
        MonoTime received;
    };
    std::optional<HeldSlot> held_slot_;  // Until every socket has announced it, or the window ends.
    net::TimerId slot_timer_ = 0;
    std::vector<std::unique_ptr<Socket>> sockets_;
    bool is_started_ = false;
    MonoTime ticked_at_{}, silence_counts_from_{};
    std::size_t endpoints_ = 0;
    struct TroubleTold {
        std::string text;
        std::optional<MonoTime> at;
    };
    std::vector<TroubleTold> troubles_told_;  // By endpoint: what the log has.
    std::vector<Watch> watches_;              // By AccountIndex.
    std::set<Pubkey> blind_unwatched_;        // As the pipeline was told last; as many as watches.
    std::array<std::size_t, kStandings> standings_{};
    std::vector<AccountIndex> lost_, restored_;  // Since flush_standings().
    std::vector<AccountIndex> settling_;         // Active, and maybe not overlapping yet.
    bool has_short_ = false;
    bool was_sighted_ = false;
    AccountIndex rebalanced_ = 0;  // Where the search goes on.
    MonoTime rebalance_due_{};
    MonoTime blind_since_{};
    bool is_blind_time_running_ = false, is_lost_time_running_ = false;

    std::deque<Expectation> expectations_;  // At most one for each account.
    std::deque<Suspicion> suspicions_;      // At most kSuspicionsMax.
    std::deque<AccountIndex> audit_first_;  // Subscribed lately.
    AccountIndex audited_ = 0;              // Where the rotation goes on.
    MonoTime audit_due_{};
    std::size_t audits_open_ = 0;

    Backfill backfill_{*this};
    Audit audit_{*this};
    rpc::AccountReader reader_;
    std::vector<AccountIndex> unread_;  // To be asked for again when the timer fires.
    net::TimerId read_timer_ = 0, advance_timer_ = 0;

    std::array<std::optional<SocketIndex>, kProgramCopiesMax> event_sockets_{};
    RecentAccounts recent_;
    RecentSignatures recent_signatures_;
    std::deque<Signature> signatures_;           // Oldest first.
    std::map<Signature, bool> signatures_open_;  // True until answered.
    FeedStatistics statistics_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // RPC answers may outlive us.
};

}  // namespace sniperforge::feed
