// SPDX-License-Identifier: MIT
// What is learnt of creators on the way: who launches, and how it ends.
#include <utility>

#include "sniperforge/detect/safety_book.hpp"
#include "sniperforge/dex/venue.hpp"

namespace sniperforge::detect {
namespace {

// So much of a pool taken out at once is the end of it.
constexpr BasisPoints kEmptiedMin{3'000};

}  // namespace

void SafetyBook::know_creators(std::span<const CreatorRecord> creators) {
    for (const CreatorRecord& record : creators) {
        creators_.put(record);
    }
}

std::vector<CreatorRecord> SafetyBook::take_creators_seen() {
    std::vector<CreatorRecord> seen;
    for (const Pubkey& creator : std::exchange(creators_seen_, {})) {
        if (const CreatorRecord* record = creators_.find(creator)) {
            seen.push_back(*record);
        }
    }
    return seen;
}

void SafetyBook::note_launch(const SafetySubject& subject) {
    if (subject.creator.is_zero()) {
        return;
    }
    creators_.launched(subject.creator, subject.mint, {subject.created_at, subject.seen_at});
    creators_seen_.insert(subject.creator);
}

void SafetyBook::note_end(const Pubkey& creator, const Pubkey& mint, TokenEnd end,
                          const SeenAt& seen) {
    if (creator.is_zero() || creators_.ended(creator, mint, end, seen) == nullptr) {
        return;
    }
    creators_seen_.insert(creator);
    for (const auto& [followed, token] : followed_) {
        if (token.creator == creator) {
            mark(Pubkey{followed});
        }
    }
}

// Of launches that nobody follows any more, too: most are emptied later than they may be bought.
void SafetyBook::note_pulled(const LiquidityPulled& pulled, WallTime at) {
    const dex::Pool& pool = book_.pool(pulled.pool);
    // Nobody can take anything out of a curve: it moves to its pool, all of it.
    if (pulled.removed < kEmptiedMin || dex::venue_of(pool) == VenueId::PumpCurve) {
        return;
    }
    const SeenAt seen{pulled.slot, at};
    if (const auto found = pools_.find(pulled.pool); found != pools_.end()) {
        const Pubkey mint = found->second.mint;
        return note_end(Pubkey{followed_.at(mint).creator}, mint, TokenEnd::Emptied, seen);
    }
    for (const Pubkey& mint : {dex::mint_a(pool), dex::mint_b(pool)}) {
        const auto launch = launches_.find(mint);
        // Somebody else's pool of it is not his.
        if (launch != launches_.end() && launch->second.creator == dex::creator_of(pool)) {
            note_end(Pubkey{launch->second.creator}, mint, TokenEnd::Emptied, seen);
        }
    }
}

}  // namespace sniperforge::detect
