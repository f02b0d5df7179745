#include "aws/integration_operations.h"

#include "base/assert.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace weft::aws {

namespace {

using Row = IntegrationOperation;

constexpr auto key(const Row& row)
{
    return std::tuple(row.service, row.action);
}

constexpr std::array integration_rows = {
    Row{"athena", "getQueryExecution", "athena", "GetQueryExecution", ""},
    Row{"athena", "getQueryResults", "athena", "GetQueryResults", ""},
    Row{"athena", "startQueryExecution", "athena", "StartQueryExecution", "GetQueryExecution"},
    Row{"athena", "stopQueryExecution", "athena", "StopQueryExecution", ""},
    Row{"batch", "submitJob", "batch", "SubmitJob", "DescribeJobs"},
    Row{"bedrock", "createModelCustomizationJob", "bedrock", "CreateModelCustomizationJob",
        "GetModelCustomizationJob"},
    Row{"bedrock", "invokeModel", "bedrock-runtime", "InvokeModel", "", "body"},
    Row{"bedrockagentcore", "invokeHarness", "bedrock-agentcore", "InvokeHarness", ""},
    Row{"codebuild", "batchDeleteBuilds", "codebuild", "BatchDeleteBuilds", ""},
    Row{"codebuild", "batchGetReports", "codebuild", "BatchGetReports", ""},
    Row{"codebuild", "deleteBuildBatch", "codebuild", "DeleteBuildBatch", ""},
    Row{"codebuild", "retryBuildBatch", "codebuild", "RetryBuildBatch", "BatchGetBuildBatches"},
    Row{"codebuild", "startBuild", "codebuild", "StartBuild", "BatchGetBuilds"},
    Row{"codebuild", "startBuildBatch", "codebuild", "StartBuildBatch", "BatchGetBuildBatches"},
    Row{"codebuild", "stopBuild", "codebuild", "StopBuild", ""},
    Row{"codebuild", "stopBuildBatch", "codebuild", "StopBuildBatch", ""},
    Row{"databrew", "startJobRun", "databrew", "StartJobRun", "DescribeJobRun"},
    Row{"dynamodb", "deleteItem", "dynamodb", "DeleteItem", ""},
    Row{"dynamodb", "getItem", "dynamodb", "GetItem", ""},
    Row{"dynamodb", "putItem", "dynamodb", "PutItem", ""},
    Row{"dynamodb", "updateItem", "dynamodb", "UpdateItem", ""},
    Row{"ecs", "runTask", "ecs", "RunTask", "DescribeTasks"},
    Row{"eks", "createCluster", "eks", "CreateCluster", "DescribeCluster"},
    Row{"eks", "createFargateProfile", "eks", "CreateFargateProfile", "DescribeFargateProfile"},
    Row{"eks", "createNodegroup", "eks", "CreateNodegroup", "DescribeNodegroup"},
    Row{"eks", "deleteCluster", "eks", "DeleteCluster", "DescribeCluster"},
    Row{"eks", "deleteFargateProfile", "eks", "DeleteFargateProfile", "DescribeFargateProfile"},
    Row{"eks", "deleteNodegroup", "eks", "DeleteNodegroup", "DescribeNodegroup"},
    Row{"elasticmapreduce", "addStep", "emr", "AddJobFlowSteps", "DescribeStep"},
    Row{"elasticmapreduce", "cancelStep", "emr", "CancelSteps", ""},
    Row{"elasticmapreduce", "createCluster", "emr", "RunJobFlow", "DescribeCluster"},
    Row{"elasticmapreduce", "modifyInstanceFleetByName", "emr", "ModifyInstanceFleet", ""},
    Row{"elasticmapreduce", "modifyInstanceGroupByName", "emr", "ModifyInstanceGroups", ""},
    Row{"elasticmapreduce", "setClusterTerminationProtection", "emr", "SetTerminationProtection",
        ""},
    Row{"elasticmapreduce", "terminateCluster", "emr", "TerminateJobFlows", "DescribeCluster"},
    Row{"emr-containers", "createVirtualCluster", "emr-containers", "CreateVirtualCluster", ""},
    Row{"emr-containers", "deleteVirtualCluster", "emr-containers", "DeleteVirtualCluster",
        "DescribeVirtualCluster"},
    Row{"emr-containers", "startJobRun", "emr-containers", "StartJobRun", "DescribeJobRun"},
    Row{"emr-serverless", "cancelJobRun", "emr-serverless", "CancelJobRun", "GetJobRun"},
    Row{"emr-serverless", "createApplication", "emr-serverless", "CreateApplication",
        "GetApplication"},
    Row{"emr-serverless", "deleteApplication", "emr-serverless", "DeleteApplication",
        "GetApplication"},
    Row{"emr-serverless", "startApplication", "emr-serverless", "StartApplication",
        "GetApplication"},
    Row{"emr-serverless", "startJobRun", "emr-serverless", "StartJobRun", "GetJobRun"},
    Row{"emr-serverless", "stopApplication", "emr-serverless", "StopApplication", "GetApplication"},
    Row{"events", "putEvents", "events", "PutEvents", ""},
    Row{"glue", "startJobRun", "glue", "StartJobRun", "GetJobRun"},
    Row{"lambda", "invoke", "lambda", "Invoke", "", "Payload"},
    Row{"mediaconvert", "createJob", "mediaconvert", "CreateJob", "GetJob"},
    Row{"sagemaker", "createEndpoint", "sagemaker", "CreateEndpoint", ""},
    Row{"sagemaker", "createEndpointConfig", "sagemaker", "CreateEndpointConfig", ""},
    Row{"sagemaker", "createHyperParameterTuningJob", "sagemaker", "CreateHyperParameterTuningJob",
        "DescribeHyperParameterTuningJob"},
    Row{"sagemaker", "createLabelingJob", "sagemaker", "CreateLabelingJob", "DescribeLabelingJob"},
    Row{"sagemaker", "createModel", "sagemaker", "CreateModel", ""},
    Row{"sagemaker", "createProcessingJob", "sagemaker", "CreateProcessingJob",
        "DescribeProcessingJob"},
    Row{"sagemaker", "createTrainingJob", "sagemaker", "CreateTrainingJob", "DescribeTrainingJob"},
    Row{"sagemaker", "createTransformJob", "sagemaker", "CreateTransformJob",
        "DescribeTransformJob"},
    Row{"sagemaker", "updateEndpoint", "sagemaker", "UpdateEndpoint", ""},
    Row{"sns", "publish", "sns", "Publish", ""},
    Row{"sqs", "sendMessage", "sqs", "SendMessage", ""},
    Row{"states", "startExecution", "stepfunctions", "StartExecution", "DescribeExecution"},
};
static_assert(std::ranges::is_sorted(integration_rows, {}, key), "the table is searched");

}  // namespace

OperationName IntegrationOperation::called() const
{
    return {std::string(model), std::string(operation)};
}

OperationName IntegrationOperation::asked() const
{
    WEFT_ASSERT(!polled.empty());
    return {std::string(model), std::string(polled)};
}

std::span<const IntegrationOperation> integration_operations()
{
    return integration_rows;
}

const IntegrationOperation* find_integration_operation(std::string_view service,
                                                       std::string_view action)
{
    const auto wanted = std::tuple(service, action);
    const auto found = std::ranges::lower_bound(integration_rows, wanted, {}, key);
    return found != integration_rows.end() && key(*found) == wanted ? &*found : nullptr;
}

}  // namespace weft::aws
