// SPDX-License-Identifier: MIT
#include "sniperforge/analytics/evidence_report.hpp"

#include <set>

namespace sniperforge::analytics {
namespace {

std::string_view stamp_word(Provenance provenance, bool is_backtest) {
    switch (provenance) {
        case Provenance::Sim:
            return is_backtest ? "BACKTEST" : "SIM";
        case Provenance::Test:
            return "TEST CHAIN";
        case Provenance::Paper:
            return "PAPER";
        case Provenance::Live:
            return "LIVE";
    }
    return "UNKNOWN";
}

std::string stamp_of(const std::set<Provenance>& provenances, bool is_backtest) {
    std::string stamp;
    for (const Provenance provenance : provenances) {
        stamp += stamp.empty() ? "" : ", ";
        stamp += stamp_word(provenance, is_backtest);
    }
    return stamp.empty() ? "NO TRADES" : stamp;
}

void note_provenance(const std::optional<Provenance>& provenance,
                     std::set<Provenance>& provenances) {
    if (provenance) {
        provenances.insert(*provenance);
    }
}

}  // namespace

std::string_view to_string(Benchmark benchmark) {
    switch (benchmark) {
        case Benchmark::Blind:
            return "blind";
        case Benchmark::RandomEntry:
            return "random_entry";
        case Benchmark::Hold:
            return "hold";
    }
    return "unknown";
}

ReportSample report_sample(std::string name, Sample sample, const Resampling& resampling,
                           const Trials& trials) {
    Evidence evidence = evidence_of(sample, resampling, trials);
    return {std::move(name), std::move(sample), std::move(evidence)};
}

std::string provenance_stamp(const EvidenceReport& report) {
    std::set<Provenance> all;
    for (const ReportStrategy& strategy : report.strategies) {
        note_provenance(strategy.result.evidence.provenance, all);
        for (const auto& benchmark : strategy.benchmarks) {
            note_provenance(benchmark ? benchmark->evidence.provenance : std::nullopt, all);
        }
    }
    for (const ReportDivergence& named : report.divergences) {
        note_provenance(named.divergence.paper, all);
        note_provenance(named.divergence.live, all);
    }
    return stamp_of(all, report.is_backtest);
}

std::string sample_stamp(const ReportSample& sample, bool is_backtest) {
    std::set<Provenance> all;
    note_provenance(sample.evidence.provenance, all);
    return stamp_of(all, is_backtest);
}

std::string divergence_stamp(const Divergence& divergence, bool is_backtest) {
    std::set<Provenance> all;
    note_provenance(divergence.paper, all);
    note_provenance(divergence.live, all);
    return stamp_of(all, is_backtest);
}

}  // namespace sniperforge::analytics
