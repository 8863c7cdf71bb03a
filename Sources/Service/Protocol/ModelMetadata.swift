import Batching

/// What `GET /v2/models/NAME` tells (Open Inference Protocol, "Model Metadata").
struct ModelMetadata: Encodable {
  struct Tensor: Encodable {
    let name: String
    let datatype: TensorDatatype
    /// -1 where any number may be.
    let shape: [Int]
  }

  let name: String
  let versions: [String]
  let platform = "ugatit"
  let inputs: [Tensor]
  let outputs: [Tensor]

  init(_ named: ProtocolModel) {
    name = named.name
    versions = [named.model.version]
    inputs = [Tensor(name: "image", datatype: .float32, shape: [-1] + named.model.imageShape)]
    outputs = ModelOutput.all(of: named.model).map {
      Tensor(name: $0.rawValue, datatype: $0.datatype, shape: [-1] + $0.shape(named.model))
    }
  }
}

/// What `GET /v2/models/NAME/config` tells, as Triton's model configuration has it: what load generators read.
struct ModelConfigurationAnswer: Encodable {
  struct Tensor: Encodable {
    let name: String
    let dataType: String
    /// Without the batch.
    let dims: [Int]

    private enum CodingKeys: String, CodingKey {
      case name, dims
      case dataType = "data_type"
    }
  }

  struct Batching: Encodable {
    let maxQueueDelayMicroseconds: Int
    let priorityLevels = Priority.allCases.count
    let defaultPriorityLevel = Priority.first.level

    private enum CodingKeys: String, CodingKey {
      case maxQueueDelayMicroseconds = "max_queue_delay_microseconds"
      case priorityLevels = "priority_levels"
      case defaultPriorityLevel = "default_priority_level"
    }
  }

  let name: String
  let platform = "ugatit"
  let maxBatchSize: Int
  let input: [Tensor]
  let output: [Tensor]
  let dynamicBatching: Batching

  private enum CodingKeys: String, CodingKey {
    case name, platform, input, output
    case maxBatchSize = "max_batch_size"
    case dynamicBatching = "dynamic_batching"
  }

  init(_ named: ProtocolModel, _ limits: InferenceQueue.Limits) {
    name = named.name
    maxBatchSize = limits.maxBatch
    input = [
      Tensor(
        name: "image", dataType: TensorDatatype.float32.configurationName, dims: named.model.imageShape)
    ]
    output = ModelOutput.all(of: named.model).map { output in
      let shape = output.shape(named.model)
      return Tensor(
        name: output.rawValue, dataType: output.datatype.configurationName, dims: shape.isEmpty ? [1] : shape)
    }
    dynamicBatching = Batching(maxQueueDelayMicroseconds: Int(limits.maxDelay / .microseconds(1)))
  }
}
