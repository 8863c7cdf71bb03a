import ArgumentParser
import Service

/// Where the models are.
struct ModelsOption: EnvironmentOptions {
  @Option(.word("directory"), "Directory of model directories.")
  var models = ServiceConfiguration().models
}

/// The options that commands which run networks have in common.
struct ComputeOptions: EnvironmentOptions {
  @OptionGroup private var folder: ModelsOption

  @Option(.whole(1...1024), "Threads of the network.")
  var threads = Processors.available

  @Option(help: "f32 gives PyTorch's numbers; bf16 is faster; auto takes bf16 where the processor has it.")
  var precision = PrecisionChoice.f32

  var models: String { folder.models }
}
