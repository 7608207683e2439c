// SPDX-License-Identifier: MIT
#include "app/drill_world.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <utility>

#include "app/endpoints.hpp"
#include "app/run_books.hpp"
#include "app/sim_wallet.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/feed/transaction_reader.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

// Our own cluster: no provider to spare.
constexpr double kRequestsPerSecond = 1'000;
constexpr double kJupiterRequestsPerSecond = 200;
constexpr std::uint64_t kSegmentBytes = std::uint64_t{32} << 10U;
constexpr std::uint64_t kShortSegmentBytes = kSegmentBytes / 4;

// Memory where there is some to write to: a drill syncs thousands of times, and what it writes is
// looked at by this process alone.
[[nodiscard]] fs::path scratch_root() {
    const fs::path memory{"/dev/shm"};
    return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory : fs::temp_directory_path();
}

[[nodiscard]] std::uint64_t size_of(const std::string& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    return error ? 0 : size;
}

// The journal of a drill is short, and what becomes of it at a new segment is to be seen: in every
// other seed, and in every eighth all but the newest two are deleted, or what is beyond a budget of
// bytes.
void use_short_journal(config::RecorderSettings& recorder, std::uint64_t seed) {
    if (!is_journal_short(seed)) {
        return;
    }
    recorder.segments_max = std::numeric_limits<std::uint32_t>::max();
    recorder.segment_bytes = is_journal_pruned(seed) ? kShortSegmentBytes : kSegmentBytes;
    if (is_journal_pruned_by_bytes(seed)) {
        recorder.journal_bytes_max = 24 * kShortSegmentBytes;
    } else if (is_journal_pruned(seed)) {
        recorder.segments_max = 2;
    }
}

// A daemon watches the pools of its venues, and at genesis only Raydium has some. Settings that
// look at neither of its programs need pools that are named, for the price of SOL, as on mainnet.
[[nodiscard]] std::vector<Pubkey> pools_to_name(const config::FeedSettings& feed,
                                                const sim::Cluster& cluster,
                                                std::size_t of_sol_usdc) {
    const bool is_listed = std::ranges::any_of(feed::venues_of(feed), [](VenueId venue) {
        return venue == VenueId::RaydiumAmmV4 || venue == VenueId::RaydiumCpmm;
    });
    std::vector<Pubkey> pools = is_listed ? std::vector<Pubkey>{} : cluster.liquid_pools();
    pools.resize(std::min(pools.size(), of_sol_usdc));  // They come first.
    return pools;
}

}  // namespace

ScratchDirectory::ScratchDirectory() {
    std::string pattern = (scratch_root() / "sf-drill-XXXXXX").string();
    SF_ASSERT(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

ScratchDirectory::~ScratchDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void use_simulated_cluster(config::Settings& settings, const sim::Cluster& cluster) {
    settings.network.endpoints.clear();
    for (std::size_t node = 0; node < cluster.node_count(); ++node) {
        config::EndpointSettings endpoint;
        endpoint.name = node == 0 ? "sim" : fmt::format("sim-{}", node);
        endpoint.rpc_url = cluster.rpc_url(node);
        endpoint.pubsub_url = cluster.pubsub_url(node);
        endpoint.requests_per_second = kRequestsPerSecond;
        settings.network.endpoints.push_back(std::move(endpoint));
    }
    settings.jupiter.url = cluster.jupiter_url();
    settings.jupiter.api_key.reset();
    settings.jupiter.requests_per_second =
        std::max(settings.jupiter.requests_per_second, kJupiterRequestsPerSecond);
    use_simulated_lanes(settings.execution.lanes, cluster.jupiter_url());
    settings.feed.pools.clear();
    settings.execution.lookup_tables.clear();
}

std::vector<std::string> settings_not_drilled(const config::Settings& settings) {
    // Addresses, keys, roles, weights and rate plans.
    std::vector<std::string> names{"network.endpoints", "jupiter.url"};
    const auto add = [&](bool is_replaced, const char* name) {
        if (is_replaced) {
            names.emplace_back(name);
        }
    };
    add(settings.jupiter.api_key.has_value(), "jupiter.api_key");
    add(settings.jupiter.requests_per_second < kJupiterRequestsPerSecond,
        "jupiter.requests_per_second");
    add(!settings.execution.lanes.empty(), "execution.lanes (url, auth, tip_accounts)");
    add(!settings.feed.pools.empty(), "feed.pools");
    add(!settings.execution.lookup_tables.empty(), "execution.lookup_tables");
    names.emplace_back("wallet");
    add(settings.signer.is_process, "signer.process");
    return names;
}

DrillWorld::DrillWorld(const DrillWorldOptions& options) : options_{options} {
    options_.cluster.seed = options_.cluster.chain.seed = options.seed;
    // As nodes do: a finalized balance never shows a branch that dies.
    options_.cluster.chain.are_reads_at_commitment = true;
    disk_.on_turn([this](DrillDisk::Turn turn) { turned(turn); });
}

Result<std::unique_ptr<DrillWorld>> DrillWorld::create(const DrillWorldOptions& options) {
    auto world = std::unique_ptr<DrillWorld>{new DrillWorld{options}};
    auto cluster = sim::Cluster::start(world->reactor_, world->options_.cluster);
    if (!cluster) {
        return Err{cluster.error()};
    }
    world->cluster_ = std::move(*cluster);
    world->make_nonces();
    return world;
}

// As `nonce create` leaves them.
void DrillWorld::make_nonces() {
    const Pubkey wallet = wallet_of(options_.seed);
    sim::Chain& chain = cluster_->chain();
    for (std::uint32_t number = 0; number < options_.nonces; ++number) {
        const Pubkey key = signer::nonce_address(wallet, static_cast<std::uint8_t>(number));
        sim::Account account;
        account.lamports = Lamports{chain.rent_exempt_minimum(solana::kNonceAccountBytes)};
        account.owner = solana::kSystemProgram;
        account.data =
            solana::encode_nonce_account({wallet, Hash::from(key.bytes), Lamports{5'000}});
        chain.put_account(key, account);
    }
}

Pubkey DrillWorld::wallet_of(std::uint64_t seed) {
    const auto wallet = sim_wallet(seed);
    SF_ASSERT(wallet.has_value());  // Made of a hash: any 32 bytes are a seed.
    return wallet->public_key();
}

Result<engine::History> DrillWorld::history() const {
    return engine::read_history(path_, {clock_.now(), clock_.wall_now()}, boot_id_,
                                options_.settings.risk);
}

Result<std::unique_ptr<Daemon>> DrillWorld::create_daemon(Duration life,
                                                          std::function<bool()> is_stop_requested) {
    std::error_code error;
    fs::create_directories(path_, error);
    auto past = history();
    if (!past) {
        return Err{past.error()};
    }
    past->creators = creators_in(path_);
    auto wallet = sim_wallet(options_.seed);
    if (!wallet) {
        return Err{wallet.error()};
    }
    DaemonOptions daemon;
    daemon.settings = options_.settings;
    use_simulated_cluster(daemon.settings, *cluster_);
    daemon.settings.feed.pools =
        pools_to_name(daemon.settings.feed, *cluster_, options_.cluster.scenario.sol_usdc_pools);
    daemon.state_dir = path_;
    daemon.boot_id = boot_id_;
    daemon.scenario = options_.cluster.scenario.name;
    daemon.time_compression = options_.cluster.scenario.time_compression;
    daemon.seed = options_.seed;
    daemon.duration = life;
    daemon.provenance = Provenance::Sim;
    daemon.is_virtual_time = true;
    daemon.funding = options_.cluster.scenario.wallet_lamports;
    daemon.disk = &disk_;
    daemon.journal_group = options_.journal_group;
    daemon.is_shortfall_accepted = std::exchange(is_shortfall_accepted_, false);
    if (commands_ != nullptr) {
        // One whose journal is as a turn left it is dead already: it answers nobody any more.
        daemon.next_command = [this] { return durable_turning_ ? std::nullopt : commands_->due(); };
        daemon.on_obeyed = [this](const ManualResult& result) {
            if (!durable_turning_) {
                commands_->obeyed(result);
            }
        };
    }
    use_short_journal(daemon.settings.recorder, options_.seed);
    daemon.is_stop_requested = std::move(is_stop_requested);
    durable_turning_.reset();
    disk_.begin(size_of(journal::newest_file(journal_path())));
    return Daemon::create(clock_, std::move(*wallet), daemon, std::move(*past));
}

Result<DaemonResult> DrillWorld::live(Duration life, std::function<bool()> is_stop_requested) {
    auto daemon = create_daemon(life, std::move(is_stop_requested));
    if (!daemon) {
        return Err{daemon.error()};
    }
    return (*daemon)->run();
}

Result<void> DrillWorld::live_and_die(Duration life) {
    constexpr Duration kLongerThanAnyLife = std::chrono::hours{24};
    auto daemon = create_daemon(kLongerThanAnyLife, {});
    if (!daemon) {
        return Err{daemon.error()};
    }
    is_alive_ = true;
    durable_turning_.reset();
    const net::TimerId timer = reactor_.schedule_at(reactor_.now() + life, [this] { die(); });
    const DaemonResult result = (*daemon)->run();
    reactor_.cancel(timer);
    if (std::exchange(is_alive_, false)) {
        return fail(fmt::format("the daemon ended before it was killed: {}", result.error));
    }
    return {};
}

void DrillWorld::die() {
    if (!std::exchange(is_alive_, false)) {
        return;
    }
    if (death_listener_) {
        death_listener_();
    }
    durable_at_death_ = durable_turning_.value_or(disk_.durable());
    const std::string next = fmt::format("{}/{}", directory_.path(), ++deaths_);
    fs::copy(path_, next);
    path_ = next;
    if (durable_turning_) {
        // Nor did whoever has died say in the ring that the journal has it.
        std::fstream ring{ring_path(), std::ios::in | std::ios::out | std::ios::binary};
        ring.seekp(journal::kRingJournalAt);
        ring.write(ring_turning_.data(), static_cast<std::streamsize>(ring_turning_.size()));
        ring.close();
        for (const std::string& name : journal::files_of(journal_path())) {
            fs::remove(path_ + "/" + name);
        }
        fs::copy(turning_path(), path_,
                 fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    }
    reactor_.stop();
}

void DrillWorld::turned(DrillDisk::Turn turn) {
    if (durable_turning_) {
        return;  // It is dead from here on, and does not know it yet.
    }
    std::error_code error;
    const auto names = journal::files_of(journal_path());
    if (turn == DrillDisk::Turn::Begun) {
        // All but the newest say no more from now on.
        fs::create_directories(ended_path(), error);
        for (std::size_t i = 0; i + 1 < names.size(); ++i) {
            fs::copy_file(path_ + "/" + names[i], ended_path() + "/" + names[i],
                          fs::copy_options::overwrite_existing, error);
        }
    }
    if (turn != dies_at_ || !is_alive_) {
        return;
    }
    // A kill meets the recorder's thread here, and the loop somewhere else: at the end of this
    // event, or later. What the journal gets until then it never got.
    durable_turning_ = disk_.durable();
    std::ifstream ring{ring_path(), std::ios::binary};
    ring.seekg(journal::kRingJournalAt);
    ring.read(ring_turning_.data(), static_cast<std::streamsize>(ring_turning_.size()));
    fs::remove_all(turning_path(), error);
    fs::create_directories(turning_path(), error);
    for (const std::string& name : names) {
        fs::copy_file(path_ + "/" + name, turning_path() + "/" + name, error);
    }
    fs::copy_file(journal_path() + ".part", turning_path() + "/journal.sfj.part", error);
    reactor_.schedule_at(reactor_.now() + dies_after_, [this] { die(); });
}

std::string DrillWorld::whole_journal() const {
    std::error_code error;
    if (!fs::exists(ended_path(), error)) {
        return journal_path();
    }
    // One that cannot be copied is missing there, and whoever reads it says so.
    for (const std::string& name : journal::files_of(journal_path())) {
        fs::copy_file(path_ + "/" + name, ended_path() + "/" + name,
                      fs::copy_options::overwrite_existing, error);
    }
    return ended_path() + "/journal.sfj";
}

Result<void> DrillWorld::lose_power(double share_kept) {
    boot_id_ = fmt::format("start of the machine after death {}", deaths_);
    std::error_code error;
    fs::remove(ring_path(), error);
    const std::string newest = journal::newest_file(journal_path());
    const std::uint64_t written = size_of(newest);
    // What the dead one did to its disk since then may have been a new segment.
    const std::uint64_t durable = std::min(
        durable_turning_ ? durable_at_death_ : std::max(durable_at_death_, disk_.durable()),
        written);
    const auto kept = static_cast<std::uint64_t>(static_cast<double>(written - durable) *
                                                 std::clamp(share_kept, 0.0, 1.0));
    if (written > 0) {
        fs::resize_file(newest, durable + kept, error);
    }
    if (error) {
        return fail(fmt::format("cutting the journal of {} bytes to {}: {}", written,
                                durable + kept, error.message()));
    }
    return {};
}

}  // namespace sniperforge::app
