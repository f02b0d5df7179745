#include "asl/resource_table.h"

#include <algorithm>
#include <tuple>

namespace weft::asl {
namespace {

// What Doubt means: Resend for reads, for writes that are the same when done twice, and for
// models (paid twice at worst, counted and shown); Reconcile where the job can be found by its name
// or handle; Fail for what must not happen twice.
constexpr auto table = [] {
    using enum Patterns;
    using enum Doubt;
    return std::array{
        ResourceRow{"apigateway", "invoke", RequestToken, Fail, {"ApiEndpoint", "Method"}},
        ResourceRow{"athena", "getQueryExecution", Request, Resend, {"QueryExecutionId"}},
        ResourceRow{"athena", "getQueryResults", Request, Resend, {"QueryExecutionId"}},
        ResourceRow{"athena", "startQueryExecution", RequestSync, Reconcile, {"QueryString"}},
        ResourceRow{"athena", "stopQueryExecution", Request, Resend, {"QueryExecutionId"}},
        ResourceRow{"batch", "submitJob", RequestSyncToken, Fail, {"JobDefinition", "JobQueue"}},
        ResourceRow{"bedrock", "createModelCustomizationJob", RequestSync, Reconcile, {"JobName"}},
        ResourceRow{"bedrock", "invokeModel", RequestToken, Resend, {"ModelId"}},
        ResourceRow{"bedrockagentcore", "invokeHarness", RequestToken, Resend, {"HarnessArn"}},
        ResourceRow{"codebuild", "batchDeleteBuilds", Request, Resend, {"Ids"}},
        ResourceRow{"codebuild", "batchGetReports", Request, Resend, {"ReportArns"}},
        ResourceRow{"codebuild", "deleteBuildBatch", Request, Resend, {"Id"}},
        ResourceRow{"codebuild", "retryBuildBatch", RequestSync, Fail},
        ResourceRow{"codebuild", "startBuild", RequestSync, Fail, {"ProjectName"}},
        ResourceRow{"codebuild", "startBuildBatch", RequestSync, Fail, {"ProjectName"}},
        ResourceRow{"codebuild", "stopBuild", Request, Resend, {"Id"}},
        ResourceRow{"codebuild", "stopBuildBatch", Request, Resend, {"Id"}},
        ResourceRow{"databrew", "startJobRun", RequestSync, Fail, {"Name"}},
        ResourceRow{"dynamodb", "deleteItem", Request, Resend, {"TableName", "Key"}},
        ResourceRow{"dynamodb", "getItem", Request, Resend, {"TableName", "Key"}},
        ResourceRow{"dynamodb", "putItem", Request, Resend, {"TableName", "Item"}},
        ResourceRow{"dynamodb", "updateItem", Request, Fail, {"TableName", "Key"}},
        ResourceRow{"ecs", "runTask", RequestSyncToken, Fail, {"TaskDefinition"}},
        ResourceRow{"eks", "call", Request, Fail, {"ClusterName", "Method"}},
        ResourceRow{"eks", "createCluster", RequestSync, Reconcile},
        ResourceRow{"eks", "createFargateProfile", RequestSync, Reconcile},
        ResourceRow{"eks", "createNodegroup", RequestSync, Reconcile},
        ResourceRow{"eks", "deleteCluster", RequestSync, Reconcile},
        ResourceRow{"eks", "deleteFargateProfile", RequestSync, Reconcile},
        ResourceRow{"eks", "deleteNodegroup", RequestSync, Reconcile},
        ResourceRow{"eks", "runJob", RequestSync, Fail},
        ResourceRow{"elasticmapreduce", "addStep", RequestSync, Fail},
        ResourceRow{"elasticmapreduce", "cancelStep", Request, Resend},
        ResourceRow{"elasticmapreduce", "createCluster", RequestSync, Fail},
        ResourceRow{"elasticmapreduce", "modifyInstanceFleetByName", Request, Resend},
        ResourceRow{"elasticmapreduce", "modifyInstanceGroupByName", Request, Resend},
        ResourceRow{"elasticmapreduce", "setClusterTerminationProtection", Request, Resend},
        ResourceRow{"elasticmapreduce", "terminateCluster", RequestSync, Resend},
        ResourceRow{"emr-containers", "createVirtualCluster", Request, Fail},
        ResourceRow{"emr-containers", "deleteVirtualCluster", RequestSync, Resend},
        ResourceRow{"emr-containers", "startJobRun", RequestSync, Fail},
        ResourceRow{"emr-serverless", "cancelJobRun", RequestSync, Resend},
        ResourceRow{"emr-serverless", "createApplication", RequestSync, Fail},
        ResourceRow{"emr-serverless", "deleteApplication", RequestSync, Resend},
        ResourceRow{"emr-serverless", "startApplication", RequestSync, Resend},
        ResourceRow{"emr-serverless", "startJobRun", RequestSync, Fail},
        ResourceRow{"emr-serverless", "stopApplication", RequestSync, Resend},
        ResourceRow{"events", "putEvents", RequestToken, Fail, {"Entries"}},
        ResourceRow{"glue", "startJobRun", RequestSync, Fail, {"JobName"}},
        ResourceRow{"http", "invoke", Request, Fail, {"ApiEndpoint", "Method"}},
        ResourceRow{"lambda", "invoke", RequestToken, Fail, {"FunctionName"}},
        ResourceRow{"mediaconvert", "createJob", RequestSync, Fail},
        ResourceRow{"sagemaker", "createEndpoint", Request, Reconcile},
        ResourceRow{"sagemaker", "createEndpointConfig", Request, Reconcile},
        ResourceRow{"sagemaker", "createHyperParameterTuningJob", RequestSync, Reconcile},
        ResourceRow{"sagemaker", "createLabelingJob", RequestSync, Reconcile},
        ResourceRow{"sagemaker", "createModel", Request, Reconcile},
        ResourceRow{"sagemaker", "createProcessingJob", RequestSync, Reconcile},
        ResourceRow{"sagemaker", "createTrainingJob", RequestSync, Reconcile},
        ResourceRow{"sagemaker", "createTransformJob", RequestSync, Reconcile},
        ResourceRow{"sagemaker", "updateEndpoint", Request, Resend},
        ResourceRow{"sns", "publish", RequestToken, Fail, {"Message"}},
        ResourceRow{"sqs", "sendMessage", RequestToken, Fail, {"QueueUrl", "MessageBody"}},
        ResourceRow{"states", "startExecution", All, Reconcile, {"StateMachineArn"}},
    };
}();

constexpr auto key = [](const ResourceRow& row) { return std::tie(row.service, row.action); };
static_assert(std::ranges::is_sorted(table, {}, key),
              "the table is searched by service and action");

constexpr ResourceRow sdk{"aws-sdk", "", Patterns::RequestToken, Doubt::Fail};

}  // namespace

bool ResourceRow::allows(Pattern pattern) const
{
    using enum Patterns;
    const auto bits = static_cast<unsigned>(patterns);
    switch (pattern) {
    case Pattern::RequestResponse: return (bits & static_cast<unsigned>(Request)) != 0;
    case Pattern::Sync: return (bits & static_cast<unsigned>(Sync)) != 0;
    case Pattern::Sync2: return (bits & static_cast<unsigned>(Sync2)) != 0;
    case Pattern::WaitForTaskToken: return (bits & static_cast<unsigned>(Token)) != 0;
    }
    return false;
}

std::span<const ResourceRow> resource_rows()
{
    return table;
}

const ResourceRow& sdk_row()
{
    return sdk;
}

}  // namespace weft::asl
