// SPDX-License-Identifier: MIT
// SafetyBook: the evidence about the tokens that we may buy or that we hold, gathered as it comes,
// and the verdict that it gives, told again whenever it changes. No I/O: what it wants to have read
// and to hear it lists. It follows so many tokens at most; those that are held stay.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sniperforge/detect/creator_history.hpp"
#include "sniperforge/detect/detector.hpp"
#include "sniperforge/detect/holder_watch.hpp"
#include "sniperforge/detect/safety.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/quote.hpp"

namespace sniperforge::detect {

struct SafetyOptions {
    std::uint32_t mints_max = 64;       // Followed at a time, those held apart.
    std::uint32_t holders_watched = 4;  // Of each, beside the creator.
    std::uint32_t wanted_slots = 50;    // How long a new pool's token is followed.
    Lamports amount{100'000'000};       // What the round trip is simulated with.
    // How long a token is a launch, of which all that is known is asked whoever buys; zero: never.
    std::uint32_t launch_slots = 9'000;
    bool is_round_trip_simulated = false;  // Somebody asks nodes to try one.
};

// The pool that a token was found in, and whose it is.
struct SafetySubject {
    PoolIndex pool;
    Pubkey mint;
    Pubkey creator;  // Zero: the pool does not say.
    Slot created_at;
    WallTime seen_at{};
};

// An entry that somebody wants to make.
struct EntryAsked {
    PoolIndex pool;
    Pubkey mint;
    Lamports amount;
};

struct SafetyStatistics {
    std::uint64_t judged = 0;  // Tokens that were followed.
    std::uint64_t passed = 0;  // Of them, safe at least once.
    // Of them, refused at least once by this code, by what was found and by what was not known.
    std::array<std::array<std::uint64_t, 2>, kSafetyCodeCount> refused{};
    std::uint64_t holders_sold = 0;  // Sales of those that are watched.
};

// That a token passed for the first time, or was refused by a finding of this kind for the first
// time.
struct SafetyNote {
    Pubkey mint;
    std::optional<SafetyFinding> refused;
    std::optional<SafetyFinding> lp{};  // What was found of its LP tokens then, where it is known.
};

class SafetyBook {
 public:
    // Some hours of all launches there are.
    static constexpr std::size_t kLaunchesMax = 16'384;

    SafetyBook(const dex::PoolBook& book, const Detector& detector, SafetyPolicy policy,
               const SafetyOptions& options);

    // Held against this from now on; tokens are judged again with the next judge().
    void configure(SafetyPolicy policy, const SafetyOptions& options);
    // Our own holdings are nobody's who may sell before us.
    void set_own(const Pubkey& wallet) { own_ = wallet; }
    // A pool that began while we look. The first one that we know of makes its token a launch.
    void meet(const SafetySubject& subject);
    // A new pool of a token that we may buy; more than one pool may have it.
    void follow(const SafetySubject& subject);
    // Those in the order given are held now, and followed as long as they are.
    void set_held(std::span<const SafetySubject> held);
    // True: nobody else need see it (an LP mint). Appends HolderSold.
    bool observe(const AccountUpdate& update, std::vector<MarketEvent>& events);
    // Not heard any more, or again.
    void set_lost(std::span<const Pubkey> accounts, bool is_lost);
    // What was asked for in take_unread(); nothing: it could not be read.
    void take_holders(const Pubkey& mint, const std::optional<HolderReading>& reading, Slot now);
    // What earlier runs have seen of creators, in the order of CreatorHistory::all().
    void know_creators(std::span<const CreatorRecord> creators);
    // Of whom something was seen since this was asked last.
    [[nodiscard]] std::vector<CreatorRecord> take_creators_seen();
    [[nodiscard]] const CreatorHistory& creators() const { return creators_; }
    // Takes in what happened, completes the verdicts among the events and appends those that are
    // others now. Appends what is found for the first time to `notes`.
    void judge(std::vector<MarketEvent>& events, const dex::QuoteContext& context, Slot now,
               std::vector<SafetyNote>& notes);

    // Mints whose holders are to be read, with one account to be read beside them; each once until
    // the answer.
    struct Unread {
        Pubkey mint, beside;
    };
    [[nodiscard]] std::vector<Unread> take_unread(Slot now);
    // Of those that have passed everything else: a round trip of `amount` in this pool is to be
    // tried, which may lose so much; each once until the answer.
    struct Untried {
        Pubkey mint;
        PoolIndex pool;
        Lamports amount;
        BasisPoints lost_max;
    };
    [[nodiscard]] std::vector<Untried> take_untried(Slot now);
    // What became of it.
    void take_round_trip(const Pubkey& mint, RoundTripOutcome outcome, Slot now);
    [[nodiscard]] std::vector<Pubkey> take_accounts_wanted();
    [[nodiscard]] std::vector<Pubkey> take_accounts_unwanted();

    // Of a token that is followed.
    [[nodiscard]] std::optional<SafetyVerdict> verdict_of(const Pubkey& mint,
                                                          const dex::QuoteContext& context,
                                                          Slot now) const;
    // On whatever token somebody wants now. A launch is followed from then on for as long as
    // evidence counts, so that what is missing is there when he asks again.
    [[nodiscard]] SafetyVerdict verdict_on(const EntryAsked& entry, const SafetyPolicy& policy,
                                           const dex::QuoteContext& context, Slot now);
    [[nodiscard]] bool is_launch(const Pubkey& mint, Slot now) const;
    [[nodiscard]] bool is_followed(const Pubkey& mint) const { return followed_.contains(mint); }
    [[nodiscard]] const SafetyStatistics& statistics() const { return statistics_; }

 private:
    enum class Reading : std::uint8_t { None, Asked, Failed, Done };
    // What a round trip was tried with. What a node says is of that and of nothing else.
    struct TrialBasis {
        PoolIndex pool;
        Lamports amount;
        BasisPoints lost_max;
        MintEvidence mint;
    };
    // The last round trip that was tried, and the one that is being tried.
    struct RoundTripTrial {
        bool is_asked = false, is_wanted = false;  // Wanted: all the rest has passed.
        unsigned unsettled = 0;                    // Answers in a row that may be others soon.
        Slot asked_at;
        TrialBasis asked, of;  // Of: what was found rests on it.
        std::optional<Evidence<SimulatedTrip>> found;
    };
    struct Followed {
        std::vector<PoolIndex> pools;  // kPoolsMax at most; more make the LP unknown.
        bool has_more_pools = false;
        Pubkey creator, creator_account;  // Zero while not known.
        Slot since;                       // The newest of its pools was made then.
        bool is_held = false;
        bool is_wanted = false;  // To be bought, while its pool is new, or somebody
        Slot asked_until;        // asked for it lately.
        Reading reading = Reading::None;
        Slot asked_at;
        std::optional<HoldersEvidence> holders;
        Slot read_at;
        TokenAmount reserve_read;  // The pools' when the holders were read.
        // Bought in the coin's first slot, by all: the curve says.
        std::optional<TokenAmount> first_bought;
        std::optional<TokenAmount> creator_first;  // What the creator had when first heard.
        RoundTripTrial trial;
        std::optional<TokenJudged> told;
        std::set<std::pair<SafetyCode, bool>> refused;  // That were counted.
        bool has_passed = false, is_dirty = true;
    };
    struct FollowedPool {
        Pubkey mint;
        Pubkey lp_mint;           // Zero: there is none that tells anything.
        bool is_lp_gone = false;  // By the protocol itself: nobody can take the liquidity out.
        Pubkey lp_lock{};         // Where a lock keeps such tokens; zero: no lock is known for it.
    };
    // An LP mint, or the account of a lock.
    struct LpAccount {
        Pubkey mint;                          // Of the token.
        std::optional<TokenAmount> amount{};  // The supply, or what is locked.
        Slot slot{};
        bool is_lock = false;
    };
    // The first pool of a token, and what does not change of its beginning.
    struct Launch {
        PoolIndex pool;
        Pubkey creator;
        Slot created_at;
        std::optional<TokenAmount> first_bought{}, creator_first{};
        // Bought in its first slot of a pool that is no curve, as far as we were told of each swap.
        TokenAmount pool_bought{};
        bool was_judged = false;
    };

    [[nodiscard]] Followed& add(const SafetySubject& subject);
    void add_pool(Followed& token, const SafetySubject& subject);
    void want(const SafetySubject& subject, Slot until);
    void count_judged(const Pubkey& mint);
    void note_first_bought(const MarketEvent& event);
    void listen_to_lp(const Pubkey& account, const Pubkey& mint, bool is_lock);
    void drop(const Pubkey& mint);
    void make_room();
    void learn(const Pubkey& mint, Followed& token);
    void take_event(const MarketEvent& event, WallTime at);
    void note_launch(const SafetySubject& subject);
    void note_end(const Pubkey& creator, const Pubkey& mint, TokenEnd end, const SeenAt& seen);
    void note_pulled(const LiquidityPulled& pulled, WallTime at);
    void start_slot(Slot now);
    void mark(const Pubkey& mint);
    [[nodiscard]] bool is_due(const Pubkey& mint, const Followed& token, Slot now) const;
    [[nodiscard]] bool is_trial_due(const Pubkey& mint, const Followed& token, PoolIndex pool,
                                    Slot now) const;
    [[nodiscard]] bool is_of_now(const TrialBasis& basis, const Pubkey& mint, PoolIndex pool) const;
    [[nodiscard]] Evidence<SimulatedTrip> simulated_trip(const Pubkey& mint, const Followed& token,
                                                         std::optional<PoolIndex> pool) const;
    [[nodiscard]] SafetyEvidence evidence_of(const Pubkey& mint, const Followed& token,
                                             const dex::QuoteContext& context, Slot now) const;
    [[nodiscard]] Evidence<MintEvidence> mint_evidence(const Pubkey& mint,
                                                       std::span<const PoolIndex> heard_with,
                                                       Slot now) const;
    [[nodiscard]] Evidence<LpEvidence> lp_evidence(const Followed& token, Slot now) const;
    [[nodiscard]] Evidence<LpEvidence> lp_evidence(PoolIndex pool, Slot now) const;
    [[nodiscard]] Evidence<LpEvidence> lp_tokens_evidence(PoolIndex pool,
                                                          const FollowedPool& known_as,
                                                          Slot now) const;
    [[nodiscard]] Evidence<BasisPoints> round_trip(std::optional<PoolIndex> pool, Lamports amount,
                                                   const dex::QuoteContext& context,
                                                   Slot now) const;
    [[nodiscard]] Evidence<HoldersEvidence> holders_evidence(const Followed& token) const;
    [[nodiscard]] Evidence<BasisPoints> creator_share(const Pubkey& mint, const Followed& token,
                                                      Slot now) const;
    [[nodiscard]] Evidence<BasisPoints> bundle_share(const Pubkey& mint, const Followed& token,
                                                     Slot now) const;
    void exclude(const Pubkey& mint, Followed& token);
    void watch_largest(const Pubkey& mint, const Followed& token);
    [[nodiscard]] Slot heard_until(const Pubkey& account, Slot slot, Slot now) const;
    [[nodiscard]] TokenAmount supply_of(const Pubkey& mint) const;
    [[nodiscard]] TokenAmount reserve_of(const Pubkey& mint, const Followed& token) const;
    void tell(const Pubkey& mint, Followed& token, const SafetyVerdict& verdict,
              std::vector<SafetyNote>& notes);

    const dex::PoolBook& book_;
    const Detector& detector_;
    SafetyPolicy policy_;
    SafetyOptions options_;
    SafetyStatistics statistics_;
    Pubkey own_;
    std::map<Pubkey, Followed> followed_;
    std::map<PoolIndex, FollowedPool> pools_;
    std::map<Pubkey, LpAccount> lp_accounts_;
    HolderWatch watch_;
    std::set<Pubkey> lost_;  // Of what we asked for, not heard now.
    CreatorHistory creators_;
    std::set<Pubkey> creators_seen_;  // Since they were taken.
    std::unordered_map<Pubkey, Launch, KeyHash> launches_;
    std::deque<Pubkey> launches_order_;                           // The same.
    std::vector<std::pair<PoolIndex, Pubkey>> launches_of_slot_;  // Curves of a few slots.
    std::vector<Pubkey> wanted_, unwanted_;
    std::vector<TokenJudged> let_go_;  // That passed, and that nobody judges any more.
    bool is_any_dirty_ = false;
    bool is_any_judged_ = false;  // Since take_unread() looked,
    bool is_any_trial_ = false;   // and since take_untried() did.
};

}  // namespace sniperforge::detect
