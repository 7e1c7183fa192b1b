// Reads what describes the deployment of functions: templates, serverless.yml, code of CDK, Terraform, a
// Dockerfile. Each reader returns the functions that it found, and none if its file is not there. All throw
// Error with file and line if a file is malformed.
#pragma once

#include <string>
#include <vector>

#include "init/found.hpp"
#include "staging/own_files.hpp"

namespace lbundle::init {

// AWS SAM and CloudFormation: template.yaml, template.yml or template.json, with samconfig.toml for the
// region. Values that are intrinsic functions (!Ref, !Sub, !GetAtt) are not literal; a !Ref to a parameter
// with a default is.
std::vector<Described> read_template(const HostPath& folder);

// The Serverless Framework: serverless.yml. "${…}" is not literal.
std::vector<Described> read_serverless(const HostPath& folder);

// Functions in the sources of a CDK application, as far as they are literal.
std::vector<Described> read_cdk(const HostPath& folder, const OwnFiles& files);

// Resources aws_lambda_function in *.tf files, as far as they are literal.
std::vector<Described> read_terraform(const HostPath& folder, const OwnFiles& files);

// A Dockerfile whose last stage is from AWS's image of a runtime. `context` is the folder that COPY reads.
std::vector<Described> read_dockerfile(const HostPath& file, const HostPath& context, const HostPath& folder);

// The functions of the first of these descriptions that has any.
std::vector<Described> describe(const HostPath& folder, const OwnFiles& files);

}  // namespace lbundle::init
