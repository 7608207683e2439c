// SPDX-License-Identifier: MIT
// One cluster and the daemons that live on it one after the other, each on what the last one left.
// A kill is what it leaves: the files as they are at that moment, whatever was only in memory lost.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "sim/daemon_run.hpp"
#include "sniperforge/core/rng.hpp"
#include "sniperforge/engine/creator_file.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/telemetry/process.hpp"

namespace sniperforge::test {

namespace fs = std::filesystem;

// A cluster that outlives its daemons, and what happens to their files.
class Lives {
 public:
    // On paper the daemons have no key.
    enum class Money : std::uint8_t { Real, Paper };
    Lives(std::uint64_t seed, Money money) : Lives{seed} { money_ = money; }
    explicit Lives(std::uint64_t seed, bool are_reads_at_commitment = false, std::size_t nodes = 1)
        : seed_{seed}, rng_{seed} {
        options_.seed = options_.chain.seed = seed;
        options_.nodes = nodes;
        options_.chain.are_reads_at_commitment = are_reads_at_commitment;
        options_.scenario = *sim::named_scenario("demo");
        auto started = sim::Cluster::start(reactor_, options_);
        SF_ASSERT(started.has_value());
        cluster_ = std::move(*started);
    }

    // Runs until the moment, then leaves only the files. What was in memory then.
    app::DaemonResult live_and_die(Duration life) {
        const std::string next = directory_.path() + "/" + std::to_string(++count_);
        auto daemon = create(std::chrono::hours{1});
        reactor_.schedule_at(reactor_.now() + life, [this, next] {
            fs::copy(path_, next);
            reactor_.stop();
        });
        app::DaemonResult died = daemon->run();
        path_ = next;
        return died;
    }

    // What the journal had not synced is gone, and the ring with the machine's memory, unless the
    // kernel happened to write it back.
    enum class Ring : std::uint8_t { Lost, WrittenBack };
    void lose_power(Ring ring = Ring::Lost) {
        if (ring == Ring::Lost) {
            fs::remove(fs::path{path_} / "intents.ring");
        }
        boot_ = "another start of the machine";
    }

    // The journal, the ring and everything else that was in the directory.
    void lose_files() { fs::remove_all(path_); }

    [[nodiscard]] app::DaemonResult live(Duration life) { return create(life)->run(); }
    // What the next daemons are told besides.
    std::function<void(app::DaemonOptions&)> on_options = {};
    [[nodiscard]] sim::Cluster& cluster() { return *cluster_; }
    [[nodiscard]] sim::Chain& chain() { return cluster_->chain(); }
    [[nodiscard]] Pubkey wallet() const { return keypair().public_key(); }
    [[nodiscard]] net::VirtualReactor& reactor() { return reactor_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const std::string& root() const { return directory_.path(); }
    [[nodiscard]] Rng& rng() { return rng_; }
    [[nodiscard]] std::string journal() const { return path_ + "/journal.sfj"; }
    [[nodiscard]] engine::History history() {
        auto read = engine::read_history(path_, {reactor_.now(), reactor_.wall_now()}, boot_, {});
        SF_ASSERT(read.has_value());
        read->creators = engine::read_creators(path_).book;
        return std::move(*read);
    }

 private:
    [[nodiscard]] std::unique_ptr<app::Daemon> create(Duration life) {
        fs::create_directories(path_);
        app::DaemonOptions daemon;
        for (std::size_t node = 0; node < options_.nodes; ++node) {
            config::EndpointSettings endpoint;
            endpoint.name = node == 0 ? "sim" : fmt::format("sim-{}", node);
            endpoint.rpc_url = cluster_->rpc_url(node);
            endpoint.pubsub_url = cluster_->pubsub_url(node);
            endpoint.requests_per_second = 1'000;
            daemon.settings.network.endpoints.push_back(endpoint);
        }
        daemon.settings.jupiter.url = cluster_->jupiter_url();
        daemon.state_dir = path_;
        daemon.scenario = "demo";
        daemon.seed = seed_;
        daemon.duration = life;
        daemon.provenance = Provenance::Sim;
        daemon.is_virtual_time = true;
        daemon.funding = options_.scenario.wallet_lamports;
        if (on_options) {
            on_options(daemon);
        }
        auto key =
            money_ == Money::Paper ? std::nullopt : std::optional<signer::SigningKey>{keypair()};
        auto built = app::Daemon::create(reactor_, std::move(key), daemon, history());
        SF_ASSERT(built.has_value());
        return std::move(*built);
    }

    [[nodiscard]] solana::Keypair keypair() const {
        std::array<std::uint8_t, solana::kSeedSize> key_seed{};
        key_seed[0] = static_cast<std::uint8_t>(seed_);
        auto wallet = solana::Keypair::from_seed(key_seed);
        SF_ASSERT(wallet.has_value());
        return std::move(*wallet);
    }

    std::uint64_t seed_;
    Money money_ = Money::Real;
    Rng rng_;
    RunDirectory directory_;
    std::string path_ = directory_.path() + "/0";
    std::string boot_ = telemetry::boot_id();
    int count_ = 0;
    net::VirtualReactor reactor_;
    sim::ClusterOptions options_;
    std::unique_ptr<sim::Cluster> cluster_;
};

}  // namespace sniperforge::test
