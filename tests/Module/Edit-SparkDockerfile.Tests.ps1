# What a person sees: one object, what the file is, a diff in colours where the output has any.

BeforeAll {
    Import-Module $env:SPARKAZURE_MODULE
    $file = Join-Path $TestDrive 'Dockerfile'
    Set-Content $file 'ARG java_image_tag=8-jre-slim-buster', 'FROM openjdk:${java_image_tag}', 'RUN apt-get update && apt install -y tini libnss3', 'ENV SPARK_HOME /opt/spark'
}

Describe 'Edit-SparkDockerfile' {
    It 'names the problem with the build argument that cures it' {
        $dockerfile = Edit-SparkDockerfile -Path $file -WarningVariable warning -WarningAction SilentlyContinue
        $dockerfile.Changed | Should -BeFalse
        $dockerfile.Problems[0].Rule | Should -Be 'archived-debian'
        $dockerfile.Problems[0].BuildArgument | Should -Be 'java_image_tag=8-jre-slim-bullseye'
        $warning | Should -Match 'java_image_tag=8-jre-slim-bullseye'
    }

    It 'shows the diff in colours, and plain where the output is' {
        $dockerfile = Edit-SparkDockerfile -Path $file -Repair -WhatIf
        $dockerfile | Out-String -Width 100 | Should -Match 'archived-debian'
        $former = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'Ansi'
            $dockerfile | Format-List | Out-String | Should -Match ([regex]::Escape("$($PSStyle.Foreground.Green)+ARG java_image_tag=8-jre-slim-bullseye"))
            $PSStyle.OutputRendering = 'PlainText'
            $plain = $dockerfile | Format-List | Out-String
            $plain | Should -Match '\+ARG java_image_tag=8-jre-slim-bullseye'
            $plain | Should -Not -Match "`e"
        }
        finally {
            $PSStyle.OutputRendering = $former
        }
    }

    It 'mends it once' {
        (Edit-SparkDockerfile -Path $file -Repair).Changed | Should -BeTrue
        Get-Content $file -TotalCount 1 | Should -Be 'ARG java_image_tag=8-jre-slim-bullseye'
        Get-Content "$file.sparkazure.bak" -TotalCount 1 | Should -Be 'ARG java_image_tag=8-jre-slim-buster'
        (Edit-SparkDockerfile -Path $file -Repair).Changed | Should -BeFalse
    }
}
