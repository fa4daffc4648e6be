# What a person sees: one object, what the file is, a diff in colours where the output has any.

BeforeAll {
    Import-Module $env:SPARKAZURE_MODULE
    $file = Join-Path $TestDrive 'Dockerfile'
    Set-Content $file 'ARG java_image_tag=8-jre-slim-buster', 'FROM openjdk:${java_image_tag}', 'RUN apt-get update && apt install -y tini libnss3', 'ENV SPARK_HOME /opt/spark'
}

Describe 'Edit-SparkDockerfile' {
    It 'names the problem and the image that cures it' {
        $dockerfile = Edit-SparkDockerfile -Path $file -WarningVariable warning -WarningAction SilentlyContinue
        $dockerfile.Changed | Should -BeFalse
        $dockerfile.Problems[0].Rule | Should -Be 'archived-debian'
        $dockerfile.Problems[0].BuildArgument | Should -BeNullOrEmpty
        $dockerfile.Problems[0].Cure | Should -Match 'FROM eclipse-temurin:8-jre-jammy'
        $warning | Should -Match 'archived-debian'
    }

    It 'shows the diff in colours, and plain where the output is' {
        $dockerfile = Edit-SparkDockerfile -Path $file -Repair -WhatIf
        $dockerfile | Out-String -Width 100 | Should -Match 'archived-debian'
        $former = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'Ansi'
            $dockerfile | Format-List | Out-String | Should -Match ([regex]::Escape("$($PSStyle.Foreground.Green)+ARG java_image_tag=8-jre-jammy"))
            $PSStyle.OutputRendering = 'PlainText'
            $plain = $dockerfile | Format-List | Out-String
            $plain | Should -Match '\+ARG java_image_tag=8-jre-jammy'
            $plain | Should -Not -Match "`e"
        }
        finally {
            $PSStyle.OutputRendering = $former
        }
    }

    It 'mends it once' {
        (Edit-SparkDockerfile -Path $file -Repair).Changed | Should -BeTrue
        Get-Content $file -TotalCount 1 | Should -Be 'ARG java_image_tag=8-jre-jammy'
        (Get-Content $file)[1] | Should -Be 'FROM eclipse-temurin:${java_image_tag}'
        Get-Content "$file.sparkazure.bak" -TotalCount 1 | Should -Be 'ARG java_image_tag=8-jre-slim-buster'
        $again = Edit-SparkDockerfile -Path $file -Repair
        $again.Changed | Should -BeFalse
        $again.Problems | Should -BeNullOrEmpty
    }

    It 'names the build argument where one is all there is to do' {
        $moved = Join-Path $TestDrive 'Dockerfile.temurin'
        Set-Content $moved 'ARG java_image_tag=11-jre', 'FROM eclipse-temurin:${java_image_tag}', 'ENV SPARK_HOME /opt/spark'
        $dockerfile = Edit-SparkDockerfile -Path $moved -WarningAction SilentlyContinue
        $dockerfile.Problems.BuildArgument | Should -Be 'java_image_tag=11-jre-jammy'
    }
}

Describe 'Restore-SparkDockerfile' {
    BeforeAll {
        $alpine = Join-Path $TestDrive 'alpine/Dockerfile'
        $null = New-Item -ItemType Directory (Split-Path $alpine)
        Set-Content $alpine 'FROM openjdk:8-alpine', 'RUN apk add bash', 'ENV SPARK_HOME /opt/spark'
        $before = Get-Content $alpine -Raw
        $edited = Edit-SparkDockerfile -Path $alpine -WarningAction SilentlyContinue
    }

    It 'rehearses without a trace' {
        $planned = $edited | Restore-SparkDockerfile -WhatIf
        $planned.Planned | Should -BeTrue
        $planned.Diff | Should -Match '-ENV LD_LIBRARY_PATH /lib64'
        (Get-ChildItem (Split-Path $alpine) -Force).Count | Should -Be 2
        Get-Content $alpine | Should -Contain 'ENV LD_LIBRARY_PATH /lib64'
    }

    It 'puts back what the answer of the edit names, once, and can be undone' {
        Add-Content $alpine 'USER 185'
        $restored = $edited | Restore-SparkDockerfile
        $restored.Changed | Should -BeTrue
        Get-Content $alpine -Raw | Should -Be $before
        ($edited | Restore-SparkDockerfile).Changed | Should -BeFalse
        (Restore-SparkDockerfile -Path $alpine -RestorePoint $restored.RestorePoint).Changed | Should -BeTrue
        Get-Content $alpine | Should -Contain 'USER 185'
    }
}
